/** Slash commands: who hears of a text that calls some. [S im/lib/command.php] */
import type { CalledCommand, Chat, Command, Message, User } from "./entities";
import type { Portal } from "./memory";

/** One command in each row of a text: its name up to the first space, the rest are its parameters. */
const CALL = /^\/([^ \n]*) ?(.*)$/gm;
/** How long a bot may answer a command where it is no member. [I] */
const ANSWER_MS = 10 * 60_000;

/** A text as somebody has typed it, or as a button means it. */
export interface Call {
  chat: Chat;
  /** The typed message, or the one that carries the button. */
  message: Message;
  user: User;
  text: string;
  context: CalledCommand["context"];
}

export function registerCommand(portal: Portal, command: Omit<Command, "id">): Command {
  const registered: Command = { ...command, id: portal.nextId("command", 1) };
  portal.commands.set(registered.id, registered);
  portal.changed("bot");
  return registered;
}

/** Tells the bots whose commands a text calls. Returns how many bots heard of it; 0 means that it is an ordinary text. */
export function callCommands(portal: Portal, call: Call): number {
  const called = [...call.text.matchAll(CALL)].flatMap(([, name = "", params = ""]) =>
    commandsNamed(portal, call, name).map((command): CalledCommand => ({ command, params, context: call.context })),
  );
  for (const { command } of called) {
    const bot = portal.bots.get(command.botId);
    if (bot !== undefined) bot.countCommand++;
    portal.answerUntil.set(answerKey(command.botId, call.chat), portal.now() + ANSWER_MS);
  }
  return tell(portal, call, called);
}

/** 2.0: an event for each command. 1.0: one event with all commands of an application. [S 10.4, 10.6] */
function tell(portal: Portal, { chat, message, user, text }: Call, called: CalledCommand[]): number {
  const told = new Set<number>();
  const old = new Map<string, CalledCommand[]>();
  for (const entry of called) {
    const bot = portal.bots.get(entry.command.botId);
    if (bot === undefined) continue;
    told.add(bot.id);
    if (bot.api === 2) portal.hooks.botEvent({ name: "COMMANDADD", bot, chat, message, user, called: [entry] });
    else old.set(bot.identity, [...(old.get(bot.identity) ?? []), entry]);
  }
  for (const entries of old.values()) {
    const bot = portal.bots.get(entries[0]?.command.botId ?? 0);
    // Under a button the event speaks of the carrying message, but with the words of the command. [S]
    const spoken = { ...message, text, authorId: user.id };
    if (bot !== undefined) {
      portal.hooks.botEvent({ name: "COMMANDADD", bot, chat, message: spoken, user, called: entries });
    }
  }
  return told.size;
}

function commandsNamed(portal: Portal, { chat, user }: Call, name: string): Command[] {
  if (name === "") return [];
  return [...portal.commands.values()].filter((command) => {
    const bot = portal.bots.get(command.botId);
    if (command.name !== name || bot === undefined) return false;
    if (chat.type === "lines" && !bot.openline) return false;
    if (user.kind === "client" && !command.extranet) return false;
    return command.common || chat.members.has(bot.id);
  });
}

/** May this bot answer a command in this chat now? */
export function mayAnswer(portal: Portal, botId: number, chat: Chat): boolean {
  return portal.now() < (portal.answerUntil.get(answerKey(botId, chat)) ?? 0);
}

function answerKey(botId: number, chat: Chat): string {
  return `${botId}|${chat.id}`;
}

/** A command's title and hint in the portal's language, else in English, else in any. [S] */
export function titleOf(portal: Portal, command: Command): { title: string; params: string } {
  const { titles } = command;
  const [any] = titles.values();
  return titles.get(portal.settings.language) ?? titles.get("en") ?? any ?? { title: "", params: "" };
}
