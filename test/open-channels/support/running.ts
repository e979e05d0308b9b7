import type { JsonObject } from "../../../rest/envelope";
import { CallError } from "../../../rest/errors";
import type { Success } from "../../../rest/portal";
import type { ActionCallOptions } from "../../../open-channels/engine/work";
import type {
  ActionPortal,
  Found,
  Input,
  Operation,
  Page,
  Reading,
  RunContext,
} from "../../../open-channels/actions/operation";

export interface MadeCall {
  readonly method: string;
  readonly params: JsonObject;
  readonly options: ActionCallOptions;
}

/** Runs operations in front of a portal that writes down what it is asked for. */
export interface Running {
  readonly calls: MadeCall[];
  readonly warnings: [key: string, details: Record<string, string | number> | undefined][];
  readonly pages: Page[];
  readonly run: <P extends string, O extends string>(
    operation: Operation<P, O>,
    pairs: Partial<Record<P, Reading | string | number>>,
    options?: Partial<Record<O, unknown>>,
  ) => Promise<Success | null>;
}

export interface RunningSettings {
  readonly token?: string;
  readonly botId?: number | null;
  readonly answer?: (call: MadeCall, nth: number) => Partial<Success>;
}

export function running({ token = "the-token", botId = 7, answer = () => ({}) }: RunningSettings = {}): Running {
  const calls: MadeCall[] = [];
  const warnings: Running["warnings"] = [];
  const pages: Page[] = [];
  const portal: ActionPortal = {
    call(method, params, options = {}) {
      const call = { method, params, options };
      calls.push(call);
      const plain = { result: true, next: null, total: null, time: null, method, attempts: 1, batched: false };
      return Promise.resolve({ ...plain, ...answer(call, calls.length - 1) });
    },
  };
  const context: RunContext = {
    portal,
    bot: { token, id: () => Promise.resolve(botId) },
    signal: new AbortController().signal,
    warn: (key, details) => warnings.push([key, details]),
    page: (page) => pages.push(page),
  };
  return {
    calls,
    warnings,
    pages,
    // Awaited inside, as the runner does: a wrong value may be found before there is a promise.
    run: async (operation, pairs, options = {}) => {
      return await operation.run(context, inputFor(operation, pairs, options));
    },
  };
}

function inputFor<P extends string, O extends string>(
  operation: Operation<P, O>,
  pairs: Partial<Record<P, Reading | string | number>>,
  options: Partial<Record<O, unknown>>,
): Input<P, O> {
  const given: Record<string, Reading | string | number | undefined> = pairs;
  const readings = Object.keys(operation.pairs).map((name): [string, Reading] => {
    const value = given[name];
    return [name, value === undefined ? [] : typeof value === "object" ? value : typed(value)];
  });
  const chosen: Record<string, unknown> = options;
  const inForce = Object.entries(operation.options as Record<string, { default: unknown }>).map(
    ([name, { default: usual }]): [string, unknown] => [name, chosen[name] ?? usual],
  );
  const all: Record<string, unknown> = Object.fromEntries(inForce);
  return { pairs: Object.fromEntries(readings), options: all } as unknown as Input<P, O>;
}

/** A value out of a typed field. */
export const typed = (value: unknown): Reading => [{ name: null, value }];

/** A value out of the payload. */
export const named = (name: string, value: unknown): Found => ({ name, value });

/** The code with which a run is refused before anything is sent. */
export async function codeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof CallError && error.outcome === "not-sent") return error.code;
    throw error;
  }
  return "none";
}
