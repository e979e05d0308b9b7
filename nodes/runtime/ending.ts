import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Page } from "../../open-channels/operation";
import type { CallError } from "../../rest/errors";
import type { Success } from "../../rest/portal";
import type { Redactor } from "../../rest/redact";
import { describeError, lookUp } from "./texts";

export type Message = NodeMessage & Record<string, unknown>;
export type Send = (message: (Message | null)[]) => void;
export type Done = (error?: Error) => void;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How messages leave an action node: by output 1, by output 2, or to Catch nodes and the log. */
export class Ending {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #isStopped: () => boolean;

  constructor(RED: NodeAPI, node: Node, isStopped: () => boolean) {
    this.#RED = RED;
    this.#node = node;
    this.#isStopped = isStopped;
  }

  /** Output 1: the message with the result, and what the call was like. */
  succeed(msg: Message, send: Send, success: Success | Page): void {
    const out = writable(msg);
    const { method, attempts, batched, time } = success;
    const conversation = isRecord(out["bitrix24"]) ? out["bitrix24"] : {};
    out.payload = success.result;
    out["bitrix24"] = { ...conversation, call: { method, attempts, batched, time } };
    delete out["error"];
    if ("index" in success) out["parts"] = partsOf(success, msg, this.#node);
    this.#deliver(0, out, send);
  }

  /** Output 2 when it is wired, else Catch nodes and the log; never both. `variant` finds the fitting texts. */
  fail(msg: Message, ways: { send: Send; done: Done }, error: CallError, variant: string, redactor?: Redactor): void {
    const texts = describeError(this.#RED, error, variant);
    const clean = (text: string): string => redactor?.text(text) ?? text;
    const { code, method, status, outcome } = error;
    const told = { code, message: clean(texts.message), method, status, outcome, hint: clean(texts.hint) };
    // Asked for each message: a deploy that only rewires does not restart the node.
    if (this.#targets(1).length === 0) {
      ways.done(asNodeError(told));
      return;
    }
    const out = writable(msg);
    out["error"] = told;
    this.#deliver(1, out, ways.send);
    ways.done();
  }

  /** Sends, or says in the log that the way is closed because the flow was stopped meanwhile. */
  #deliver(output: 0 | 1, msg: Message, send: Send): void {
    const targets = this.#targets(output);
    const isClosed = this.#isStopped() && targets.length > 0 && !targets.some((id) => this.#RED.nodes.getNode(id));
    if (!isClosed) {
      send(output === 0 ? [msg, null] : [null, msg]);
      return;
    }
    const what = isRecord(msg["error"]) ? String(msg["error"]["message"]) : "";
    const text = lookUp(this.#RED, output === 0 ? "warnings.answerAfterStop" : "warnings.errorAfterStop", { what });
    this.#node.error(text ?? `stopped: ${what}`);
  }

  #targets(output: number): string[] {
    const { wires } = this.#node as Node & { wires?: string[][] };
    return wires?.[output] ?? [];
  }
}

/** The message itself, or a copy when the flow has sealed it. */
const writable = (msg: Message): Message => (Object.isExtensible(msg) && !Object.isFrozen(msg) ? msg : { ...msg });

/** How core nodes such as Join put the pages together again. */
function partsOf(page: Page, msg: Message, node: Node): object {
  const id = typeof msg._msgid === "string" && msg._msgid !== "" ? msg._msgid : node.id;
  return {
    id: `${id}.${node.id}`,
    type: "array",
    index: page.index,
    ...(page.count !== null && { count: page.count }),
  };
}

/** An error as Catch nodes get it: they see own properties only, and people need no stack. */
function asNodeError(told: { code: string; message: string }): Error {
  const error = new Error(told.message, { cause: told });
  error.name = "Bitrix24";
  delete error.stack;
  return Object.assign(error, { code: told.code });
}
