/** `imopenlines.config.*`, `dialog.get` and what operators do. [6.1, 6.2, 6.4] */
import { allItems } from "../../portal/crm";
import { isoDate } from "../../portal/dates";
import type { Chat, Line } from "../../portal/entities";
import type { Portal } from "../../portal/memory";
import * as people from "../../portal/people";
import { isArray, phpInt, phpString, type Params } from "../../portal/php";
import { distributeWaiting } from "../../portal/queue";
import { RestError } from "../errors";
import { ENTITY_DATA_3, entityData1 } from "../shapes";
import type { Call, Method } from "./method";
import { lineRow, updateLine } from "./open-channel-fields";

const SCOPES = ["imopenlines"];
const MAX_LIMIT = 200;

function optionalMap(value: unknown): Params {
  if (value === undefined || value === null || value === "") return {};
  if (!isArray(value)) throw new RestError("INVALID_FORMAT", "Wrong format of parameters");
  return value;
}

function configId(call: Call): number {
  const id = phpInt(call.params.CONFIG_ID);
  if (id <= 0) throw new RestError("CONFIG_ID_EMPTY", "Config ID can't be empty");
  return id;
}

function configList(call: Call): Params[] {
  const { portal } = call;
  const params = optionalMap(call.params.PARAMS);
  const options = optionalMap(call.params.OPTIONS);
  const filter = optionalMap(params.filter ?? params.FILTER);
  const rows = [...portal.lines.values()].filter((line) => fits(lineRow(line), filter));
  const offset = Math.max(0, phpInt(params.offset ?? params.OFFSET));
  const given = params.limit ?? params.LIMIT;
  const limit = given === undefined ? 50 : Math.min(MAX_LIMIT, Math.max(1, phpInt(given)));
  const select = Object.values(optionalMap(params.select ?? params.SELECT)).map(phpString);
  return rows.slice(offset, offset + limit).map((line) => ({
    ...selected(lineRow(line), select),
    ...(options.QUEUE === "Y" ? { QUEUE: line.queue.map(String), QUEUE_USERS_FIELDS: queueFields(portal, line) } : {}),
    ...(options.CONFIG_QUEUE === "Y" ? { CONFIG_QUEUE: configQueue(line) } : {}),
  }));
}

function fits(row: Params, filter: Params): boolean {
  return Object.keys(filter).every((key) => {
    const name = key.replace(/^=/, "");
    const wanted = isArray(filter[key]) ? Object.values(filter[key]) : [filter[key]];
    return !(name in row) || wanted.some((value) => phpString(value) === row[name]);
  });
}

function selected(row: Params, select: string[]): Params {
  if (select.length === 0 || select.includes("*")) return row;
  return Object.fromEntries(Object.entries(row).filter(([key]) => key === "ID" || select.includes(key)));
}

function queueFields(portal: Portal, line: Line): Params {
  return Object.fromEntries(
    line.queue.map((id) => [
      String(id),
      { USER_NAME: portal.users.get(id)?.name ?? "", USER_WORK_POSITION: portal.users.get(id)?.position ?? "" },
    ]),
  );
}

function configQueue(line: Line): Params[] {
  return line.queue.map((id) => ({ ENTITY_TYPE: "user", ENTITY_ID: String(id) }));
}

function configGet(call: Call): Params | false {
  const line = call.portal.lines.get(configId(call));
  if (line === undefined) return false;
  if (call.params.WITH_QUEUE === "N") return lineRow(line);
  const online = line.queue.filter((id) => call.params.SHOW_OFFLINE !== "N" || call.portal.users.get(id)?.online);
  return { ...lineRow(line), QUEUE: online.map(String), CONFIG_QUEUE: configQueue(line) };
}

function configUpdate(call: Call): true {
  const { portal } = call;
  const id = configId(call);
  if (!portal.settings.canEditLines) {
    throw new RestError("CONFIG_WRONG_USER_PERMISSION", "You do not have permission to change open channels", 403);
  }
  const line = portal.lines.get(id);
  if (line === undefined) return true;
  updateLine(line, optionalMap(call.params.PARAMS));
  portal.changed("line");
  distributeWaiting(portal);
  return true;
}

/** By CHAT_ID, DIALOG_ID, SESSION_ID or USER_CODE, in this priority. */
function askedChat({ portal, params }: Call): Chat | undefined {
  if (phpInt(params.CHAT_ID) > 0) return portal.chats.get(phpInt(params.CHAT_ID));
  const dialog = /^chat(\d+)$/.exec(phpString(params.DIALOG_ID));
  if (dialog !== null) return portal.chats.get(Number(dialog[1]));
  if (phpInt(params.SESSION_ID) > 0) return portal.chatBySession.get(phpInt(params.SESSION_ID));
  return portal.chatByCode.get(phpString(params.USER_CODE).replace(/^imol\|/, ""));
}

function dialogGet(call: Call): Params {
  const chat = askedChat(call);
  if (chat?.type !== "lines") throw new RestError("ACCESS_ERROR", "You do not have access to the specified dialog");
  return {
    id: chat.id,
    parent_chat_id: 0,
    parent_message_id: 0,
    name: chat.title,
    description: "",
    owner: chat.ownerId,
    extranet: true,
    avatar: "",
    color: "#df532d",
    type: "lines",
    message_type: "L",
    entity_type: "LINES",
    entity_id: chat.userCode,
    entity_data_1: entityData1(chat),
    entity_data_2: allItems(chat.crm),
    entity_data_3: ENTITY_DATA_3,
    user_counter: chat.members.size,
    message_count: chat.messages.length,
    last_message_id: chat.messages.at(-1)?.id ?? 0,
    date_create: isoDate(chat.messages[0]?.at ?? call.portal.now()),
    dialog_id: `chat${chat.id}`,
    restrictions: { avatar: true, rename: true, extend: true, call: true, mute: true, leave: true, send: true },
  };
}

/** The chat that an operator's method is about. */
function operatorChat(call: Call): Chat {
  const chat = call.portal.chats.get(phpInt(call.params.CHAT_ID));
  if (chat === undefined) throw new RestError("CHAT_ID", "Wrong chat id");
  if (chat.type !== "lines") throw new RestError("CHAT_TYPE", "The chat is not an open channel");
  return chat;
}

function operatorAnswer(call: Call): true {
  people.operatorAnswers(call.portal, operatorChat(call), call.user);
  return true;
}

function operatorFinish(call: Call): true {
  const chat = operatorChat(call);
  if (chat.session === null) throw new RestError("NOT_LOAD_SESSION_OR_CHAT", "The dialog could not be loaded");
  if (chat.session.operatorId !== call.user.id) {
    throw new RestError("ERROR_USER_NOT_OPERATOR", "You are not the operator of this dialog");
  }
  people.operatorFinishes(call.portal, chat, call.user);
  return true;
}

export const lineMethods: Method[] = [
  { name: "imopenlines.config.list.get", scopes: SCOPES, upper: false, run: configList },
  { name: "imopenlines.config.get", scopes: SCOPES, upper: false, run: configGet },
  { name: "imopenlines.config.update", scopes: SCOPES, upper: false, run: configUpdate },
  { name: "imopenlines.dialog.get", scopes: SCOPES, upper: true, run: dialogGet },
  { name: "imopenlines.operator.answer", scopes: SCOPES, upper: true, run: operatorAnswer },
  { name: "imopenlines.operator.finish", scopes: SCOPES, upper: true, run: operatorFinish },
];
