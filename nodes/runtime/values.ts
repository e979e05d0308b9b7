import type { Node, NodeAPI } from "node-red";
import { notSent } from "../../rest/errors";
import type { Field, Option, Pair } from "../../open-channels/actions/fields";
import { wayOf } from "../../open-channels/actions/facts";
import type { Operation, Way } from "../../open-channels/actions/operation";
import type { Reading } from "../../open-channels/actions/reading";

/** A node's saved properties. */
export type SavedProperties = Readonly<Record<string, unknown>>;
type Message = Readonly<Record<string, unknown>>;

/** What was read for one message: the way to do the action, and what its fields are made of. */
export interface Read {
  readonly way: Way;
  readonly readings: Readonly<Record<string, unknown>>;
}

/** Reads what an operation wants to know for one message, and nothing else. Rejects with CallError only. */
export async function readInput(
  RED: NodeAPI,
  node: Node,
  operation: Operation,
  saved: SavedProperties,
  msg: Message,
): Promise<Read> {
  const readings: Record<string, unknown> = {};
  const readOptions = async (fields: Readonly<Record<string, Field>>): Promise<void> => {
    for (const [property, field] of Object.entries(fields))
      if (field.kind === "option" && !Object.hasOwn(readings, property))
        readings[property] = await refusing(property, () => readOption(field, saved[property], msg));
  };
  await readOptions(operation.settings);
  const way = wayOf(operation, readings);
  await readOptions(way.fields);
  for (const [property, field] of Object.entries(way.fields))
    if (field.kind === "pair")
      readings[property] = await refusing(property, () => readPair(RED, node, { property, pair: field, saved, msg }));
  return { way, readings };
}

/** Expressions and foreign objects can throw anything; to the flow it is a wrong value of that property. */
async function refusing<T>(property: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw notSent("ERROR_ARGUMENT", { description: reasonOf(error), details: { argument: property } });
  }
}

interface PairInput {
  readonly property: string;
  readonly pair: Pair;
  readonly saved: SavedProperties;
  readonly msg: Message;
}

async function readPair(RED: NodeAPI, node: Node, { property, pair, saved, msg }: PairInput): Promise<Reading> {
  const savedType = saved[`${property}Type`];
  const type = typeof savedType === "string" && savedType !== "" ? savedType : "auto";
  if (type === "auto") return fromMessage(pair, msg);
  const value = await evaluate(RED, node, saved[property], type, msg).catch((error: unknown) => {
    if (LOOKED_UP.has(type) && error instanceof TypeError) return undefined;
    throw error;
  });
  return isMissing(value) ? [] : [{ name: null, value }];
}

/** Here a path through something that is not there is no mistake of the flow's author: the value is missing. */
const LOOKED_UP = new Set(["msg", "flow", "global"]);

/** `null` and the empty text are what flows use for "nothing there". */
const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

/** The payload's REST names first, then the conversation that the message belongs to. */
function fromMessage({ names, fallback }: Pair, msg: Message): Reading {
  const { payload } = msg;
  const found = names.flatMap((name) => {
    const value = carried(payload, name);
    return isMissing(value) ? [] : [{ name, value }];
  });
  if (found.length > 0 || fallback === undefined) return found;
  const value = fallback === "chatId" ? carried(msg["bitrix24"], "chatId") : plainValue(payload);
  return isMissing(value) ? [] : [{ name: null, value }];
}

const plainValue = (payload: unknown): unknown =>
  typeof payload === "string" || typeof payload === "number" || typeof payload === "boolean" ? payload : undefined;

/** What `payload` carries under `name` in any letter case. Only its own names count, and only those of a real object. */
function carried(payload: unknown, name: string): unknown {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload) || ArrayBuffer.isView(payload))
    return undefined;
  if (Object.hasOwn(payload, name)) return (payload as Message)[name];
  const wanted = name.toUpperCase();
  const key = Object.keys(payload).find((candidate) => candidate.toUpperCase() === wanted);
  return key === undefined ? undefined : (payload as Message)[key];
}

function readOption({ name, default: fallback }: Option, saved: unknown, { payload }: Message): unknown {
  const told = name === undefined ? undefined : carried(payload, name);
  if (!isMissing(told)) return told;
  return isMissing(saved) ? fallback : saved;
}

/** Node-RED's evaluation as a promise; some kinds throw although they were given a callback. */
function evaluate(RED: NodeAPI, node: Node, value: unknown, type: string, msg: Message): Promise<unknown> {
  if (typeof value === "object" && value !== null) return Promise.resolve(value);
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(textOf(value), type, node, msg, (error: unknown, result: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error(reasonOf(error)));
      else resolve(result);
    });
  });
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "";

/** JSONata rejects with plain objects. */
function reasonOf(error: unknown): string {
  const { message } = (typeof error === "object" && error !== null ? error : {}) as { message?: unknown };
  return typeof message === "string" ? message : "";
}
