import type { JsonObject } from "../../rest/envelope";
import type { ActionCallOptions, ActionSuccess } from "../engine/work";
import { readAttachment } from "./attachment";
import { readKeyboard } from "./keyboard";
import { chatKey, invalid, operation, type Input, type RunContext } from "./operation";
import { pairsOfSend, type SendPair } from "./send-pairs";
import {
  LONGEST_TEXT,
  requireAutomaticText,
  requireChannelCode,
  requireChatId,
  requireFlag,
  requireText,
  requireUserId,
} from "./values";

const BOT_MESSAGE = "imbot.v2.Chat.Message.send";
const OLD_BOT_MESSAGE = "imbot.message.add";
const AUTOMATIC_MESSAGE = "imopenlines.bot.session.message.send";
const NETWORK_MESSAGE = "imopenlines.network.message.add";
const OLD_NETWORK_MESSAGE = "imopenlines.network.message.send";

type Options = "mode" | "template" | "urlPreview" | "overPeople";
type SendInput = Input<SendPair, Options>;

/** Sends a message: as the bot, as an automatic message of the line, or from a network channel to a user. */
export const sendOperation = operation<SendPair, Options>({
  type: "bitrix24-send",
  pairs: {
    chatId: { names: ["CHAT_ID"], fallback: "chatId" },
    message: { names: ["MESSAGE"], fallback: "payload" },
    code: { names: ["CODE"] },
    userId: { names: ["USER_ID"] },
    attach: { names: ["ATTACH"] },
    keyboard: { names: ["KEYBOARD"] },
  },
  options: {
    mode: { default: "bot" },
    template: { default: "DEFAULT", name: "NAME" },
    urlPreview: { default: true, name: "URL_PREVIEW" },
    /** Whether a message also goes out when a person has taken the conversation since the event that it answers. */
    overPeople: { default: false },
  },
  uses: pairsOfSend,
  variant: ({ mode }) => (mode === "automatic" || mode === "network" ? `send_${mode}` : "send"),
  run(context, input) {
    switch (input.options.mode) {
      case "automatic":
        return sendAutomatic(context, input);
      case "network":
        return sendFromNetwork(context, input);
      default:
        return sendAsBot(context, input);
    }
  },
});

/**
 * A message of the bot. The same templateId makes the portal drop a second copy, so a lost answer may be asked for again.
 * [D api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-send.md]
 */
async function sendAsBot(context: RunContext, { pairs, options }: SendInput): Promise<ActionSuccess> {
  const { portal, bot, signal, warn } = context;
  const chatId = requireChatId(pairs.chatId, BOT_MESSAGE);
  const message = checkedLength(context, requireText(pairs.message, BOT_MESSAGE));
  const attach = readAttachment(pairs.attach, BOT_MESSAGE, warn);
  const keyboard = readKeyboard(pairs.keyboard, BOT_MESSAGE, warn, { linksOnly: false });
  const preview = requireFlag(options.urlPreview, "URL_PREVIEW", BOT_MESSAGE);
  if (bot.token === "") throw invalid("BOT_TOKEN_NOT_SPECIFIED", BOT_MESSAGE);
  const botId = await bot.id();
  if (botId === null) throw invalid("BOT_ID_REQUIRED", BOT_MESSAGE);

  const dialogId = `chat${chatId}`;
  const fields = {
    message,
    ...given({ attach, keyboard }),
    ...(preview === "N" && { urlPreview: "N" }),
  };
  const old = {
    BOT_ID: botId,
    DIALOG_ID: dialogId,
    MESSAGE: message,
    ...given({ ATTACH: attach, KEYBOARD: keyboard }),
  };
  const params = { botId, botToken: bot.token, dialogId, fields };
  return portal.call(BOT_MESSAGE, params, {
    ...inConversation(chatId, options),
    kind: "message",
    // Only the newer method knows the templateId; the older one is never repeated in doubt.
    keyed: (templateId) => ({ ...params, fields: { ...fields, templateId } }),
    safe: true,
    otherwise: {
      method: OLD_BOT_MESSAGE,
      params: { ...old, URL_PREVIEW: preview, CLIENT_ID: bot.token },
      safe: false,
    },
    signal,
  });
}

/** A message to a client keeps its place in the conversation, and stays back once a person has it. */
function inConversation(chatId: number, { overPeople }: SendInput["options"]): ActionCallOptions {
  const yieldsTo = overPeople === true ? "session" : "people";
  return { chat: chatKey(chatId), chatId, lane: "conversation", yieldsTo };
}

/**
 * An automatic message of the line. The portal answers `true` also when it sends nothing, so that is caught here.
 * [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-message-send.md]
 */
async function sendAutomatic(context: RunContext, { pairs, options }: SendInput): Promise<ActionSuccess> {
  const chatId = requireChatId(pairs.chatId, AUTOMATIC_MESSAGE);
  const { template } = options;
  if (template !== "DEFAULT" && template !== "WELCOME")
    throw invalid("ERROR_ARGUMENT", AUTOMATIC_MESSAGE, { argument: "NAME" });
  const params: JsonObject = { CHAT_ID: chatId, NAME: template };
  if (template === "DEFAULT") {
    params["MESSAGE"] = checkedLength(context, requireAutomaticText(pairs.message, AUTOMATIC_MESSAGE));
  }
  const { portal, signal } = context;
  return portal.call(AUTOMATIC_MESSAGE, params, { ...inConversation(chatId, options), signal });
}

/**
 * A message from a connected network channel to a user of the portal, once a week at most.
 * [D api-reference/imopenlines/openlines/imopenlines-network-message-add.md]
 */
async function sendFromNetwork(context: RunContext, { pairs, options }: SendInput): Promise<ActionSuccess> {
  const { portal, signal, warn } = context;
  const code = requireChannelCode(pairs.code, NETWORK_MESSAGE);
  const userId = requireUserId(pairs.userId, NETWORK_MESSAGE);
  const message = checkedLength(context, requireText(pairs.message, NETWORK_MESSAGE));
  const attach = readAttachment(pairs.attach, NETWORK_MESSAGE, warn);
  const keyboard = readKeyboard(pairs.keyboard, NETWORK_MESSAGE, warn, { linksOnly: true });
  const preview = requireFlag(options.urlPreview, "URL_PREVIEW", NETWORK_MESSAGE);
  const params = {
    CODE: code,
    USER_ID: userId,
    MESSAGE: message,
    ...given({ ATTACH: attach, KEYBOARD: keyboard }),
    URL_PREVIEW: preview,
  };
  return portal.call(NETWORK_MESSAGE, params, {
    chat: `user${userId} of ${code}`,
    lane: "conversation",
    otherwise: { method: OLD_NETWORK_MESSAGE, params },
    signal,
  });
}

/** The text as it is; the author hears when the portal will cut it. */
function checkedLength({ warn }: RunContext, text: string): string {
  if ([...text].length > LONGEST_TEXT) warn("textCut", { count: LONGEST_TEXT });
  return text;
}

/** The entries that have a value. */
const given = (values: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
