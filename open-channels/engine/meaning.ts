import { parse } from "qs";
import { isObject, type JsonObject } from "../../rest/envelope";
import { parseId } from "../ids";

/** Whose turn it is in a conversation: the bot's, nobody's yet after a handover, people's, or nobody's any more. */
export type Owner = "bot" | "waiting" | "human" | "closed";

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
  const owner = OWNER_AFTER.get(method.toLowerCase())?.(params) ?? null;
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

const OWNER_AFTER: ReadonlyMap<string, (params: JsonObject) => Owner> = new Map([
  ["imopenlines.bot.session.operator", (): Owner => "waiting"],
  ["imopenlines.bot.session.transfer", ownerAfterTransfer],
  ["imopenlines.bot.session.finish", (): Owner => "closed"],
  ["imopenlines.operator.answer", (): Owner => "human"],
  ["imopenlines.operator.finish", (): Owner => "closed"],
  ["imopenlines.operator.another.finish", (): Owner => "closed"],
  ["imopenlines.operator.spam", (): Owner => "closed"],
  ["imopenlines.operator.skip", (): Owner => "waiting"],
  ["imopenlines.operator.transfer", ownerAfterTransfer],
  ["imopenlines.session.intercept", (): Owner => "human"],
]);

/** A person becomes responsible at once; a line has to find somebody first. */
function ownerAfterTransfer(params: JsonObject): Owner {
  const target = named(params, "TRANSFERID");
  return named(params, "USERID") !== undefined || parseId(target) !== null ? "human" : "waiting";
}

/** The value under `name`, whichever letter case and underscores its key has. */
function named(params: JsonObject, name: string): unknown {
  for (const [key, value] of Object.entries(params)) if (key.toUpperCase().replaceAll("_", "") === name) return value;
  return undefined;
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
