/** The portal without a server, for simulations: every call is carried out where it is made. */
import { isArray, type Params } from "../portal/php";
import type { RequestEntry } from "../portal/records";
import { arrive, serve, type Edge, type Reply } from "../rest/edge";
import type { Steps } from "../rest/gateway";
import { jsonRequest } from "../rest/request";
import { assemble } from "./assemble";
import type { Caller, Handled, PostListener, PracticePortal } from "./in-process-types";
import type { PortalOptions } from "./options";

const DEFAULT_SECRET = "practice-secret";
const DEFAULT_ADDRESS = "127.0.0.1";

/**
 * A practice portal in this process. It opens no socket, sets no timer and reads no clock but `now`: the same calls
 * at the same times with the same randomness give the same answers.
 */
export function createPortal(options: PortalOptions & { now: () => number }): PracticePortal {
  const secret = options.secret ?? DEFAULT_SECRET;
  let listener: PostListener | null = null;
  const { edge, control } = assemble({ ...options, secret }, (event) => {
    const status = listener === null ? 404 : listener(event);
    return status instanceof Promise ? status.then((answered) => answered ?? 200) : (status ?? 200);
  });
  control.reset();
  const { portal } = edge.world;
  const begin = (method: string, params: string | object, caller: Caller): Begun => {
    const path = `/rest/${caller.userId ?? "1"}/${caller.secret ?? secret}/${method}`;
    const rest = jsonRequest(path, typeof params === "string" ? params : JSON.stringify(params));
    const entry = arrive(edge, path, rest.method, caller.address ?? DEFAULT_ADDRESS);
    return { entry, steps: serve(edge, entry, rest, path) };
  };
  return {
    url: edge.base,
    webhookUrl: `${edge.base}/rest/1/${secret}/`,
    secret,
    control,
    handle(method, params = {}, caller = {}) {
      const { entry, steps } = begin(method, params, caller);
      let afterMs = 0;
      for (;;) {
        const step = steps.next();
        if (step.done === true) return end(edge, entry, step.value, afterMs);
        afterMs += step.value;
      }
    },
    async request(method, params, pause, caller = {}) {
      const { entry, steps } = begin(method, params, caller);
      for (;;) {
        const step = steps.next();
        if (step.done === true) return passed(edge, entry, step.value, pause);
        await pause(step.value);
      }
    },
    onPost(next) {
      listener = next;
    },
    advance: () => portal.schedule.advance(portal.now()),
    nextDue: () => portal.schedule.next,
  };
}

interface Begun {
  entry: RequestEntry;
  steps: Steps<Reply>;
}

/** Lets the time until the connection breaks pass too. */
async function passed(
  edge: Edge,
  entry: RequestEntry,
  reply: Reply,
  pause: (ms: number) => Promise<void>,
): Promise<Handled> {
  const { breakAfterMs, ...rest } = reply;
  if (breakAfterMs === undefined) return end(edge, entry, rest, 0);
  await pause(breakAfterMs);
  return end(edge, entry, { ...rest, breakAfterMs: 0 }, 0);
}

function end(edge: Edge, entry: RequestEntry, reply: Reply, afterMs: number): Handled {
  const { portal } = edge.world;
  const handled = handledOf(reply, afterMs);
  entry.status = handled.end === "answered" ? handled.status : null;
  entry.ms = handled.end === "hanging" ? null : portal.now() - entry.at + handled.afterMs;
  portal.changed("request");
  return handled;
}

function handledOf(reply: Reply, afterMs: number): Handled {
  const nothing = { status: null, headers: {}, text: "", body: null };
  const { status, headers, text, breakAfterMs } = reply;
  switch (reply.end) {
    case "never":
      if (breakAfterMs === undefined) return { ...nothing, end: "hanging", afterMs };
      return { ...nothing, end: "broken", afterMs: afterMs + breakAfterMs };
    case "none":
      return { ...nothing, end: "broken", afterMs };
    case "half": {
      const half = text.slice(0, Math.floor(text.length / 2));
      return { end: "broken", status, headers, text: half, body: null, afterMs };
    }
    case "whole":
      return { end: "answered", status, headers, text, body: parsed(text), afterMs };
  }
}

function parsed(text: string): Params | null {
  if (!text.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isArray(value) ? value : null;
  } catch (error) {
    // A truncated answer.
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}
