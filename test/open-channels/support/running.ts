import type { JsonObject } from "../../../rest/envelope";
import { CallError, notSent } from "../../../rest/errors";
import type { Success } from "../../../rest/portal";
import type { ActionCallOptions } from "../../../open-channels/engine/work";
import { wayOf } from "../../../open-channels/actions/facts";
import type { ActionPortal, Operation, Page, RunContext } from "../../../open-channels/actions/operation";
import type { Found, Parsing, Reading } from "../../../open-channels/actions/reading";

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
  readonly run: (
    operation: Operation,
    pairs: Readonly<Record<string, Reading | string | number>>,
    options?: Readonly<Record<string, unknown>>,
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
      const way = wayOf(operation, options);
      return await way.run(context, readingsFor({ ...operation.settings, ...way.fields }, pairs, options));
    },
  };
}

function readingsFor(
  fields: Operation["ways"][number]["fields"],
  pairs: Readonly<Record<string, Reading | string | number>>,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]): [string, unknown] => {
      if (field.kind === "option") return [name, options[name] ?? field.default];
      const value = pairs[name];
      return [name, value === undefined ? [] : typeof value === "object" ? value : typed(value)];
    }),
  );
}

/** What a field's parser gets. */
export const parsing = (warn: Parsing<string>["warn"] = () => undefined): Parsing<string> => ({
  refuse: (code, details = {}, method = "m") => notSent<string>(code, { method, details }),
  warn,
  settings: {},
});

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
