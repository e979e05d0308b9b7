/** `batch`: up to 50 commands, one after the other. [D batch.md; S rest_provider.php] */
import { isArray, phpTruthy, setKey, upperKeys, type Params } from "../portal/php";
import { RestError } from "./errors";
import { parseStr } from "./forms";
import {
  checkOperating,
  envelope,
  errorBody,
  faultOutcome,
  runCall,
  timeOf,
  type Answer,
  type CallContext,
  type Outcome,
  type Steps,
  type World,
} from "./gateway";
import { EATEN } from "./request";

const MAX_COMMANDS = 50;
const FORBIDDEN = new Set(["batch", "download", "upload"]);

interface Command {
  method: string;
  params: Params;
  start: unknown;
}

interface Results {
  result: Params;
  error: Params;
  total: Params;
  next: Params;
  time: Params;
}

/** The method names of a batch's commands. */
export function batchMethods(params: Params): string[] {
  const cmd = upperKeys(params).CMD;
  return isArray(cmd)
    ? Object.values(cmd)
        .filter((c) => typeof c === "string")
        .map((c) => parseCommand(c).method)
    : [];
}

function parseCommand(text: string): Command {
  const plain = text.split("#", 1)[0] ?? "";
  const mark = plain.indexOf("?");
  const params = mark < 0 ? {} : parseStr(plain.slice(mark + 1));
  const start = params.start;
  for (const key of EATEN) delete params[key];
  return { method: mark < 0 ? plain : plain.slice(0, mark), params, start };
}

/** Runs a batch whose credentials have been checked. */
export function* runBatch(world: World, raw: Params, context: CallContext): Steps<Answer> {
  const { portal } = world;
  const began = portal.now();
  if (portal.settings.operatingBatch === "batch") {
    try {
      checkOperating(world, "batch");
    } catch (error) {
      if (error instanceof RestError) return envelope(portal, { ok: false, error });
      throw error;
    }
  }
  const params = upperKeys(raw);
  const results: Results = { result: {}, error: {}, total: {}, next: {}, time: {} };
  const halt = phpTruthy(params.HALT);
  let position = 0;
  for (const [key, command] of Object.entries(isArray(params.CMD) ? params.CMD : {})) {
    position++;
    if (typeof command !== "string") continue;
    const outcome = yield* runCommand(world, command, position, results, context);
    keep(results, key, outcome);
    if (halt && !outcome.ok && phpTruthy(outcome.error.code)) break;
  }
  return envelope(portal, {
    ok: true,
    next: undefined,
    total: undefined,
    time: timeOf(world, "batch", began),
    result: {
      result: results.result,
      result_error: results.error,
      result_total: results.total,
      result_next: results.next,
      result_time: results.time,
    },
  });
}

function* runCommand(
  world: World,
  text: string,
  position: number,
  results: Results,
  context: CallContext,
): Steps<Outcome> {
  if (position > MAX_COMMANDS) return refused("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
  const command = parseCommand(text);
  if (FORBIDDEN.has(command.method.toLowerCase())) {
    return refused("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
  }
  const fault = world.faults.forSubCall(command.method, world.portal.random);
  if (fault !== undefined && fault.executed !== true) return faultOutcome(fault);
  yield* context.wall.spend(world.portal.settings.callMs);
  const params = substitute(command.params, results) as Params;
  const outcome = runCall(world, command.method, params, command.start, { ...context, via: "batch" });
  return fault === undefined ? outcome : faultOutcome(fault);
}

function refused(code: string, text: string): Outcome {
  return { ok: false, error: new RestError(code, text) };
}

function keep(results: Results, key: string, outcome: Outcome): void {
  if (!outcome.ok) {
    setKey(results.error, key, errorBody(outcome.error));
    return;
  }
  setKey(results.result, key, outcome.result ?? null);
  setKey(results.time, key, outcome.time);
  if (outcome.total !== undefined) setKey(results.total, key, outcome.total);
  if (outcome.next !== undefined) setKey(results.next, key, outcome.next);
}

const REFERENCE = /\$(result|next|total|time|error)(\S*?(?:\[[^\]\s]+\])+)/gi;

/** Replaces references to earlier results in every string; there is no escape. [S rest_util.php] */
function substitute(value: unknown, results: Results): unknown {
  if (typeof value === "string") return value.includes("$") ? substituteText(value, results) : value;
  if (Array.isArray(value)) return value.map((entry) => substitute(entry, results));
  if (!isArray(value)) return value;
  const replaced: Params = {};
  for (const key of Object.keys(value)) setKey(replaced, key, substitute(value[key], results));
  return replaced;
}

function substituteText(text: string, results: Results): unknown {
  const whole = text.endsWith("]") ? new RegExp(`^${REFERENCE.source}$`, "i").exec(text) : null;
  if (whole !== null) return resolve(whole[1] ?? "", whole[2] ?? "", results);
  const replaced = (match: string, word: string, path: string): string => {
    const value = resolve(word, path, results);
    return typeof value === "string" || typeof value === "number" ? String(value) : match;
  };
  // No reference ends behind the last closing bracket of a run, and looking for one takes the cube of the run's length.
  return text.replace(/\S+/g, (run) => {
    const end = run.lastIndexOf("]") + 1;
    return run.slice(0, end).replace(REFERENCE, replaced) + run.slice(end);
  });
}

/** As deep as the path leads; null when the word is written in other letters. */
function resolve(word: string, path: string, results: Results): unknown {
  if (!Object.hasOwn(results, word)) return null;
  let value: unknown = results[word as keyof Results];
  for (const [, key = ""] of path.matchAll(/\[([^\]]+)\]/g)) {
    if (!isArray(value) || !Object.hasOwn(value, key)) break;
    value = value[key];
  }
  return value;
}
