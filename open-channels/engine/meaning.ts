import { parse } from "qs";
import { isObject, type JsonObject } from "../../rest/envelope";
import { findMethod } from "../actions/methods/known";
import { named } from "../actions/methods/method";
import { parseId } from "../ids";
import type { Owner } from "../owner";

export type { Owner } from "../owner";

/** What a call makes of a conversation if the portal runs it. */
export interface Meaning {
  readonly chatId: number;
  readonly owner: Owner;
}

/**
 * What a call means for the owners of conversations, by whichever node and in whichever spelling it is made: the portal
 * takes method names and CHAT_ID in any letter case, and other calls inside a batch.
 * [D api-reference/imopenlines/openlines/chat-bots] [D settings/how-to-call-rest-api/batch.md]
 * @param params as the portal gets them
 * @returns an entry per conversation, in the order in which the portal runs the calls
 */
export function meaningOf(method: string, params: JsonObject): Meaning[] {
  if (method.toLowerCase() === "batch") return commandsOf(params).flatMap(({ name, inner }) => meaningOf(name, inner));
  const owner = ownerAfter(method, params);
  const chatId = parseId(named(params, "CHATID"));
  return owner === null || chatId === null ? [] : [{ chatId, owner }];
}

/** The commands of a batch whose answers say that they failed do not count. */
export function meaningOfAnswered(method: string, params: JsonObject, result: unknown): Meaning[] {
  if (method.toLowerCase() !== "batch") return meaningOf(method, params);
  const errors = isObject(result) ? result["result_error"] : undefined;
  return (
    commandsOf(params)
      // PHP makes a list of it where the commands' names are numbers from 0 on.
      .filter(({ key }) => !(typeof errors === "object" && errors !== null && Object.hasOwn(errors, key)))
      .flatMap(({ name, inner }) => meaningOf(name, inner))
  );
}

function ownerAfter(method: string, params: JsonObject): Owner | null {
  const owner = findMethod(method)?.owner ?? null;
  return typeof owner === "function" ? owner(params) : owner;
}

interface BatchCommand {
  readonly key: string;
  readonly name: string;
  readonly inner: JsonObject;
}

/** A batch holds 50 commands at most. [S rest/classes/general/rest_util.php] */
const MOST_COMMANDS = 50;

function commandsOf(params: JsonObject): BatchCommand[] {
  const commands = named(params, "CMD");
  const entries = typeof commands === "object" && commands !== null ? Object.entries(commands) : [];
  return entries.slice(0, MOST_COMMANDS).flatMap(([key, command]: [string, unknown]) => {
    if (typeof command !== "string") return [];
    const at = command.indexOf("?");
    const name = at < 0 ? command : command.slice(0, at);
    const inner = at < 0 ? {} : parse(command.slice(at + 1), { depth: 1, arrayLimit: 0, parameterLimit: 100 });
    return name.toLowerCase() === "batch" ? [] : [{ key, name, inner }];
  });
}
