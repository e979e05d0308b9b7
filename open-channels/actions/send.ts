import type { JsonObject } from "../../rest/envelope";
import { HELD_BACK } from "../engine/held-back";
import type { ActionCallOptions } from "../engine/work";
import { attachment, channelCode, chatId, choice, flag, keyboard, strictChoice, text, toggle, userId } from "./fields";
import { AUTOMATIC_MESSAGE, BOT_MESSAGE, NETWORK_MESSAGE, OLD_BOT_MESSAGE } from "./methods/messages";
import { chatKey, operationInWays, way } from "./operation";
import { requireAutomaticText } from "./values";

const OLD_NETWORK_MESSAGE = "imopenlines.network.message.send";

const template = strictChoice("NAME", ["DEFAULT", "WELCOME"]);
const urlPreview = flag("URL_PREVIEW", true);
/** Whether a message also goes out when a person has taken the conversation since the event that it answers. */
const overPeople = toggle(false);

/** From a connected network channel to a user of the portal, once a week at most. */
const fromNetwork = way({
  when: { mode: "network" },
  texts: "send_network",
  methods: [NETWORK_MESSAGE],
  fields: {
    code: channelCode(),
    userId: userId(),
    message: text(),
    attach: attachment(),
    keyboard: keyboard({ linksOnly: true }),
    urlPreview,
  },
  errors: { CANCELED: "refused", ERROR_NO_ACCESS: "refused", ERROR_METHOD_NOT_FOUND: "refused" },
  impossible: ["WRONG_AUTH_TYPE", "CODE", "USER_ID_EMPTY", "MESSAGE_EMPTY"],
  result: true,
  run({ portal, signal }, { code, userId: user, message, attach, keyboard: buttons, urlPreview: preview }) {
    const params = {
      CODE: code,
      USER_ID: user,
      MESSAGE: message,
      ...given({ ATTACH: attach, KEYBOARD: buttons }),
      URL_PREVIEW: preview,
    };
    return portal.call(NETWORK_MESSAGE.name, params, {
      chat: `user${user} of ${code}`,
      lane: "conversation",
      otherwise: { method: OLD_NETWORK_MESSAGE, params },
      signal,
    });
  },
});

/** The line's own greeting, which needs no text. */
const welcome = way({
  when: { mode: "automatic", template: "WELCOME" },
  texts: "send_automatic",
  methods: [AUTOMATIC_MESSAGE],
  fields: { chatId: chatId(), overPeople },
  errors: HELD_BACK,
  impossible: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY"],
  result: true,
  run: ({ portal, signal }, { chatId: chat, overPeople: anyway }) =>
    portal.call(AUTOMATIC_MESSAGE.name, { CHAT_ID: chat, NAME: "WELCOME" }, { ...conversation(chat, anyway), signal }),
});

/** A system message of the line. The portal answers `true` also when it sends nothing, so that is caught here. */
const automatic = way({
  when: { mode: "automatic" },
  texts: "send_automatic",
  methods: [AUTOMATIC_MESSAGE],
  fields: { chatId: chatId(), template, message: text(requireAutomaticText), overPeople },
  errors: HELD_BACK,
  impossible: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY"],
  result: true,
  run({ portal, signal }, { chatId: chat, template: NAME, message, overPeople: anyway }) {
    const params = { CHAT_ID: chat, NAME, MESSAGE: message };
    return portal.call(AUTOMATIC_MESSAGE.name, params, { ...conversation(chat, anyway), signal });
  },
});

/**
 * A message of the bot. The same templateId makes the portal drop a second copy, so a lost answer may be asked for again.
 * [D api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-send.md]
 */
const asBot = way({
  methods: [BOT_MESSAGE, OLD_BOT_MESSAGE],
  fields: {
    chatId: chatId(),
    message: text(),
    attach: attachment(),
    keyboard: keyboard({ linksOnly: false }),
    urlPreview,
    overPeople,
  },
  errors: {
    BOT_TOKEN_NOT_SPECIFIED: "not-sent",
    BOT_ID_REQUIRED: "not-sent",
    BOT_NOT_READY: "not-sent",
    MESSAGE_DUPLICATED_BY_UUID: "unknown",
    CANCELED: "refused",
    ERROR_NO_ACCESS: "refused",
    ERROR_METHOD_NOT_FOUND: "refused",
    ...HELD_BACK,
  },
  // None of this is in the messages that the node makes; the bot's number and token are looked for before.
  impossible: [
    ...["BOT_TOKEN_NOT_SPECIFIED", "BOT_ID_REQUIRED", "EMPTY_MESSAGE", "MESSAGE_EMPTY", "DIALOG_ID_EMPTY"],
    ...["REPLY_ERROR", "TOO_MANY_MESSAGES", "WRONG_UUID", "MENU_ERROR", "MENU_OVERSIZE"],
  ] as const,
  result: { id: 4711 },
  async run(
    { portal, bot, signal, refuse },
    { chatId: chat, message, attach, keyboard: buttons, urlPreview: preview, overPeople: anyway },
  ) {
    if (bot.token === "") throw refuse("BOT_TOKEN_NOT_SPECIFIED");
    const botId = await bot.id();
    if (botId === null) throw refuse("BOT_ID_REQUIRED");
    const dialogId = `chat${chat}`;
    const fields = {
      message,
      ...given({ attach, keyboard: buttons }),
      ...(preview === "N" && { urlPreview: "N" }),
    };
    const old = {
      BOT_ID: botId,
      DIALOG_ID: dialogId,
      MESSAGE: message,
      ...given({ ATTACH: attach, KEYBOARD: buttons }),
    };
    const params = { botId, botToken: bot.token, dialogId, fields };
    return portal.call(BOT_MESSAGE.name, params, {
      ...conversation(chat, anyway),
      kind: "message",
      // Only the newer method knows the templateId; the older one is never repeated in doubt.
      keyed: (templateId) => ({ ...params, fields: { ...fields, templateId } }),
      safe: true,
      otherwise: {
        method: OLD_BOT_MESSAGE.name,
        params: { ...old, URL_PREVIEW: preview, CLIENT_ID: bot.token },
        safe: false,
      },
      signal,
    });
  },
});

/** Sends a message: as the bot, as an automatic message of the line, or from a network channel to a user. */
export const sendOperation = operationInWays({
  type: "bitrix24-send",
  settings: { mode: choice(["bot", "automatic", "network"]), template },
  ways: [fromNetwork, welcome, automatic, asBot],
  help: [
    "CHAT_ID_EMPTY",
    "MESSAGE_EMPTY",
    "BOT_TOKEN_NOT_SPECIFIED",
    "ACCESS_DENIED",
    "ATTACH_ERROR",
    "KEYBOARD_ERROR",
    "USER_MESSAGE_LIMIT",
    "NOT_FOUND",
    "PEOPLE_HAVE_THE_DIALOG",
    "SESSION_OVER",
    "INTERRUPTED",
    "CONNECTION_LOST",
    "WAITED_TOO_LONG",
  ],
});

/** A message to a client keeps its place in the conversation, and stays back once a person has it. */
const conversation = (chat: number, anyway: boolean): ActionCallOptions => ({
  chat: chatKey(chat),
  chatId: chat,
  lane: "conversation",
  yieldsTo: anyway ? "session" : "people",
});

/** The entries that have a value. */
const given = (values: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

declare module "./operation" {
  interface Actions {
    readonly send: typeof sendOperation;
  }
}
