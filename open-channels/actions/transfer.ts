import { chatKey, invalid, operation, type Found, type Reading } from "./operation";
import { parseId } from "../ids";
import { asText, requireChatId, requireFlag } from "./values";

const METHOD = "imopenlines.bot.session.transfer";

type Target = { readonly USER_ID: number } | { readonly QUEUE_ID: number };

/**
 * Hands a dialog to one operator or to another line. Parameter names are in upper case only, as the portal wants them.
 * [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-transfer.md]
 */
export const transferOperation = operation({
  type: "bitrix24-transfer",
  pairs: {
    chatId: { names: ["CHAT_ID"], fallback: "chatId" },
    target: { names: ["USER_ID", "QUEUE_ID", "TRANSFER_ID"] },
  },
  options: { targetKind: { default: "auto" }, leave: { default: false, name: "LEAVE" } },
  run({ portal, bot, signal }, { pairs, options }) {
    const chatId = requireChatId(pairs.chatId, METHOD);
    const target = readTarget(pairs.target, options.targetKind);
    const leave = requireFlag(options.leave, "LEAVE", METHOD);
    if (bot.token === "") throw invalid("ACCESS_DENIED", METHOD);
    const params = { CHAT_ID: chatId, ...target, LEAVE: leave, CLIENT_ID: bot.token };
    return portal.call(METHOD, params, {
      chat: chatKey(chatId),
      chatId,
      lane: "conversation",
      kind: "other",
      yieldsTo: "people",
      signal,
    });
  },
});

/**
 * Who or what the dialog goes to. The portal would follow the first of several targets, and an empty USER_ID would hide
 * a QUEUE_ID: both are mistakes here.
 */
function readTarget(reading: Reading, targetKind: unknown): Target {
  const [found, ...others] = reading;
  if (!found || others.length > 0) throw invalid("TRANSFER_ID_EMPTY", METHOD);
  const text = asText(found.value)?.trim() ?? "";
  const line = /^queue(.*)$/.exec(text)?.[1];
  if (kindOf(found, line !== undefined, targetKind) === "user") {
    const userId = parseId(found.value);
    if (userId === null) throw invalid("USER_ID_EMPTY", METHOD);
    return { USER_ID: userId };
  }
  const lineId = parseId(line ?? found.value);
  if (lineId === null) throw invalid("QUEUE_ID_EMPTY", METHOD);
  return { QUEUE_ID: lineId };
}

/** The REST name decides, then how the value is written, then the node's own setting. */
function kindOf({ name }: Found, namesLine: boolean, targetKind: unknown): "user" | "line" {
  if (name === "USER_ID") return "user";
  if (name === "QUEUE_ID") return "line";
  if (name === "TRANSFER_ID") return namesLine ? "line" : "user";
  if (targetKind === "user" || targetKind === "line") return targetKind;
  return namesLine ? "line" : "user";
}
