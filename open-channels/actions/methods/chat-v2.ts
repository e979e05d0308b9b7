import { method } from "./method";
import { OF_A_BOT } from "./shared-errors";

/** Chats and messages of bot platform 2.0. [D api-reference/chat-bots/chat-bots-v2] */
export const METHODS = [
  method({
    name: "imbot.v2.Chat.Message.update",
    params: { botId: "num*", messageId: "num*", fields: "json*" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.Message.delete",
    params: { botId: "num*", messageId: "num*", complete: "bool" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.Message.read",
    params: { botId: "num*", dialogId: "str*", messageId: "num" },
    errors: [...OF_A_BOT, "ACCESS_DENIED", "MESSAGE_NOT_FOUND"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.Message.get",
    params: { botId: "num*", messageId: "num*" },
    errors: [...OF_A_BOT, "BOT_TYPE_NOT_ALLOWED"],
    reads: true,
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.Message.Reaction.add",
    params: { botId: "num*", messageId: "num*", reaction: "str*" },
    errors: [...OF_A_BOT, "ACCESS_DENIED", "REACTION_NOT_FOUND", "REACTION_ALREADY_SET"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.Message.Reaction.delete",
    params: { botId: "num*", messageId: "num*", reaction: "str*" },
    errors: [...OF_A_BOT, "ACCESS_DENIED", "REACTION_NOT_FOUND"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.InputAction.notify",
    params: { botId: "num*", dialogId: "str*", statusMessageCode: "str", duration: "num" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.TextField.enabled",
    params: { botId: "num*", dialogId: "str*", enabled: "bool" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.get",
    params: { botId: "num*", dialogId: "str*" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    reads: true,
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.leave",
    params: { botId: "num*", dialogId: "str*" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.User.list",
    params: { botId: "num*", dialogId: "str*", order: "json", limit: "num" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    reads: true,
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.User.add",
    params: { botId: "num*", dialogId: "str*", userIds: "json*" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    identity: "botToken",
  }),
  method({
    name: "imbot.v2.Chat.User.delete",
    params: { botId: "num*", dialogId: "str*", userId: "num*" },
    errors: [...OF_A_BOT, "ACCESS_DENIED"],
    identity: "botToken",
  }),
] as const;
