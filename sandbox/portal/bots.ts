/** Bots come and go. */
import type { Bot, User } from "./entities";
import type { Portal } from "./memory";

export interface NewBot {
  name: string;
  lastName?: string;
  position?: string;
  gender?: User["gender"];
  bot: Pick<Bot, "code" | "identity" | "api" | "type" | "openline" | "eventMode"> & Partial<Bot>;
}

/** The identity of a webhook's caller: the word `custom` and the value it gives. */
export function identityOf(token: string): string {
  return `custom${token}`;
}

export function createBot(portal: Portal, input: NewBot): Bot {
  const user = portal.addUser({
    name: input.name,
    lastName: input.lastName ?? "",
    position: input.position ?? "",
    gender: input.gender ?? "M",
    kind: "bot",
  });
  const bot: Bot = {
    hidden: false,
    reactions: true,
    backgroundId: null,
    color: "AZURE",
    webhookUrl: null,
    countMessage: 0,
    countCommand: 0,
    countChat: 0,
    ...input.bot,
    id: user.id,
  };
  portal.bots.set(bot.id, bot);
  portal.changed("bot");
  return bot;
}

/** The bot hears of its end, leaves all chats and loses its queue and commands. */
export function removeBot(portal: Portal, bot: Bot): void {
  portal.hooks.botEvent({ name: "DELETE", bot, chat: null, message: null, user: null });
  portal.bots.delete(bot.id);
  portal.queue.drop(bot.id);
  for (const command of portal.commands.values()) if (command.botId === bot.id) portal.commands.delete(command.id);
  const user = portal.users.get(bot.id);
  if (user !== undefined) user.active = false;
  for (const chat of portal.chats.values()) {
    chat.members.delete(bot.id);
    if (chat.session?.operatorId === bot.id) chat.session.operatorId = 0;
  }
  portal.changed("bot");
}
