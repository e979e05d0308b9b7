import { createHash } from "node:crypto";
import { isObject, type JsonObject } from "../../rest/envelope";
import { isNewGeneration, type Delivery } from "./delivery";
import { readParts } from "./generations";
import { id } from "./parts";
import { stripSecrets, withoutSecrets } from "./strip-secrets";

const NEW_MESSAGE = new Set(["ONIMBOTMESSAGEADD", "ONIMBOTV2MESSAGEADD"]);

/** Hex digits of a hash: enough that no two events of a bot ever share them. */
const HASH_LENGTH = 24;

/**
 * Which event a delivery is; the same again is the same event, however often and by whichever way it comes.
 *
 * A fetched event has the queue's id. A posted new message is known by its message, because several handlers of one bot
 * get the same one. Everything else is known by all that it says: presses, commands, reactions and edits share the
 * message that they are about, so no part of an event will do.
 * @param delivery one event, see `splitDelivery`
 * @returns the queue's id; `m` and the message's id; or `h` and 24 hex digits. Linear in the size of the delivery
 */
export function identityOf(delivery: Delivery): string {
  if (delivery.id !== null) return String(delivery.id);
  const name = delivery.name.toUpperCase();
  const messageId = NEW_MESSAGE.has(name) ? id(readParts(name, delivery.data, null).messageId) : null;
  if (messageId !== null) return `m${messageId}`;
  return `h${digest([name, withoutCredentials(name, delivery.data), stripSecrets(delivery.date)])}`;
}

function digest(content: unknown): string {
  const pieces: string[] = [];
  write(content, pieces);
  // UTF-16 as it is: as UTF-8 all halves of letters would be the same.
  const bytes = Buffer.from(pieces.join(""), "utf16le");
  return createHash("sha256").update(bytes).digest("hex").slice(0, HASH_LENGTH);
}

/** One text for one content: names in order, texts with their lengths. The depth is bounded by the copy it is made of. */
function write(value: unknown, pieces: string[]): void {
  if (typeof value === "string") pieces.push("s", String(value.length), ":", value);
  else if (Array.isArray(value)) {
    pieces.push("[");
    for (const item of value) write(item, pieces);
    pieces.push("]");
  } else if (isObject(value)) {
    pieces.push("{");
    for (const name of Object.keys(value).sort()) {
      if (value[name] === undefined) continue;
      write(name, pieces);
      write(value[name], pieces);
    }
    pieces.push("}");
  } else pieces.push(JSON.stringify(value) ?? "null", ";");
}

/** How long a token is good for changes with the token. */
const LIFETIMES = new Set(["expires", "expires_in"]);

/** What the older API writes beside the tokens into the records of bots and commands. */
const BESIDE_TOKENS = new Set([
  ...LIFETIMES,
  ...["scope", "domain", "server_endpoint", "client_endpoint", "status", "member_id", "user_id"],
]);

function withoutCredentials(name: string, data: JsonObject): unknown {
  const content = withoutSecrets(data);
  if (!isNewGeneration(name))
    for (const part of ["BOT", "COMMAND"])
      if (part in content) content[part] = mapRecords(content[part], (record) => omit(record, BESIDE_TOKENS));
  return withoutLifetimes(content);
}

function mapRecords(value: unknown, change: (record: JsonObject) => JsonObject): unknown {
  const changed = (item: unknown): unknown => (isObject(item) ? change(item) : item);
  if (Array.isArray(value)) return value.map(changed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, changed(item)]));
}

function withoutLifetimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLifetimes);
  return isObject(value) ? mapValues(omit(value, LIFETIMES)) : value;
}

const mapValues = (values: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([key, item]) => [key, withoutLifetimes(item)]));

const omit = (values: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));
