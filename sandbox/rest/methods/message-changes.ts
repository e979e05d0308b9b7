/** Bots change and delete their messages, in both generations. [S 7.2, 8.4] */
import { deleteMessage, editMessage, type MessageChange } from "../../portal/changes";
import type { Bot, Chat, Message } from "../../portal/entities";
import { phpString, phpTrim, phpTruthy, type Params } from "../../portal/php";
import { cutText, type Checked } from "../content";
import { RestError } from "../errors";
import { v1Message, v2Message } from "./dialog";
import { clientIdentity, mapOf, v1Bot, v2Bool, v2Bot } from "./identity";
import { v1Content, v2Content, valueOf } from "./message-content";
import { isV2, type Call, type Method } from "./method";

const SCOPES = ["imbot"];
const EDITABLE_MS = 3 * 24 * 3600_000;

/** What is to become of an attachment or a keyboard: absent stays, `N` and everything empty goes. */
function part(raw: unknown, read: Checked): unknown {
  if (raw === undefined || raw === null) return undefined;
  return raw === "N" || !phpTruthy(raw) ? null : valueOf(read);
}

/** `N` is no attachment to be read. */
function withoutN(params: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== "N"));
}

function defined(change: MessageChange): MessageChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function v2Update(call: Call): unknown {
  const bot = v2Bot(call);
  const { chat, message } = ownV2(call, bot);
  const fields = mapOf(call.params.fields);
  const { attach, keyboard } = v2Content(withoutN(fields));
  editMessage(
    call.portal,
    chat,
    message,
    defined({
      text: fields.message === undefined ? undefined : cutText(phpTrim(phpString(fields.message))),
      attach: part(fields.attach, attach),
      keyboard: part(fields.keyboard, keyboard),
    }),
  );
  return { result: true };
}

/**
 * A bot changes its own messages only, and none that is deleted. The server's source lets bots of open channels change
 * others' messages too; the documentation does not, and a bot must not count on it. [D chat-message-update.md]
 */
function ownV2(call: Call, bot: Bot): { chat: Chat; message: Message } {
  const place = v2Message(call);
  if (place.message.authorId !== bot.id || place.message.deleted) throw new RestError("ACCESS_DENIED", "Access denied");
  return place;
}

function v2Delete(call: Call): unknown {
  const bot = v2Bot(call);
  const { chat, message } = v2Message(call);
  // Seen on a real portal: the bot's own system lines answer otherwise. [P]
  if (message.authorId === 0) throw new RestError("CANT_EDIT_MESSAGE", "The message cannot be deleted");
  if (message.authorId !== bot.id) throw new RestError("ACCESS_DENIED", "Access denied");
  deleteMessage(call.portal, chat, message, v2Bool(call.params.complete, false));
  return { result: true };
}

function v1Own(call: Call, bot: Bot, place: ReturnType<typeof v1Message>): { chat: Chat; message: Message } {
  const { message } = place ?? {};
  const late = message !== undefined && call.portal.now() - message.at > EDITABLE_MS;
  if (place === undefined || place.message.authorId !== bot.id || place.message.deleted || late) {
    throw new RestError(
      "CANT_EDIT_MESSAGE",
      "Time has expired for modification or you don't have access to edit this message",
      403,
    );
  }
  return place;
}

function v1Update(call: Call): true {
  const { params } = call;
  const bot = v1Bot(call, clientIdentity(call, false));
  const place = v1Message(call);
  const { attach, keyboard } = v1Content(withoutN(params));
  if (keyboard.state === "oversize") {
    throw new RestError("KEYBOARD_OVERSIZE", "You have exceeded the maximum allowable size of keyboard");
  }
  const { chat, message } = v1Own(call, bot, place);
  const text = params.MESSAGE === undefined ? undefined : cutText(phpTrim(phpString(params.MESSAGE)));
  if (text === "") deleteMessage(call.portal, chat, message);
  else {
    const change = { text, attach: part(params.ATTACH, attach), keyboard: part(params.KEYBOARD, keyboard) };
    editMessage(call.portal, chat, message, {
      ...defined(change),
      skipConnector: params.SKIP_CONNECTOR === "Y",
    });
  }
  return true;
}

function v1Delete(call: Call): true {
  const bot = v1Bot(call, clientIdentity(call, false));
  const { chat, message } = v1Own(call, bot, v1Message(call));
  deleteMessage(call.portal, chat, message, call.params.COMPLETE === "Y");
  return true;
}

export const messageChangeMethods: Method[] = [
  { name: "imbot.message.update", scopes: SCOPES, upper: true, run: v1Update },
  { name: "imbot.message.delete", scopes: SCOPES, upper: true, run: v1Delete },
  { name: "imbot.v2.Chat.Message.update", scopes: SCOPES, upper: false, present: isV2, run: v2Update },
  { name: "imbot.v2.Chat.Message.delete", scopes: SCOPES, upper: false, present: isV2, run: v2Delete },
];
