/** Answers to commands. [S im/lib/command.php] */
import { mayAnswer } from "./commands";
import type { Chat, Command, Message } from "./entities";
import type { Portal } from "./memory";
import { addMessage } from "./messages";

export interface CommandAnswer {
  text: string;
  attach: unknown;
  keyboard: unknown;
  system: boolean;
}

/**
 * Adds a bot's answer: as its own message where it is a member, else as a line of the system with its name. Nothing, and
 * no error, where nobody has called a command of this bot in the chat lately.
 */
export function answerCommand(portal: Portal, chat: Chat, command: Command, answer: CommandAnswer): Message | null {
  const { botId } = command;
  if (!mayAnswer(portal, botId, chat)) return null;
  const { text, attach, keyboard } = answer;
  const member = chat.members.has(botId) && !answer.system;
  const name = portal.users.get(botId)?.name ?? "";
  return addMessage(portal, chat, {
    authorId: member ? botId : 0,
    text: member ? text : `[b]${name}[/b]\n${text}`,
    system: !member,
    attach,
    keyboard,
    toClient: member && chat.type === "lines",
  });
}
