import type { Node, NodeAPI } from "node-red";
import type { Page } from "../../open-channels/actions/operation";
import type { CallError } from "../../rest/errors";
import type { ActionSuccess } from "../../open-channels/engine/work";
import type { Redactor } from "../../rest/redact";
import { conversationOf, isRecord, reasonOf, withChanges, type Message } from "./message";
import { describeError, lookUp } from "./texts";

export type Send = (message: (Message | null)[]) => void;
export type Done = (error?: Error) => void;

/** By which a message leaves. */
interface Ways {
  readonly send: Send;
  readonly done: Done;
}

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

  /** Output 1: the message with the result, and what the call was like. @returns whether it could be handed on */
  succeed(msg: Message, send: Send, success: ActionSuccess | Page): boolean {
    const { method, attempts, batched, time, result, repeated } = success;
    const call = { method, attempts, batched, time, ...(repeated && { repeated }) };
    const changes = {
      payload: result,
      bitrix24: { ...conversationOf(msg), call },
      ...("index" in success && { parts: partsOf(success, msg, this.#node) }),
    };
    return this.#deliver(0, withChanges(msg, changes, ["error"]), send);
  }

  /** Says that a success has been handed on completely. */
  complete(done: Done): void {
    this.#handOver(done);
  }

  /**
   * Output 2 when it is wired, else Catch nodes and the log; never both. `variant` finds the fitting texts.
   * @returns whether it could be handed on
   */
  fail(msg: Message, ways: Ways, error: CallError, variant: string, redactor?: Redactor): boolean {
    const told = this.#describe(error, variant, redactor);
    // Asked for each message: a deploy that only rewires does not restart the node.
    if (this.#targets(1).length > 0) {
      const isHandedOn = this.#deliver(1, withChanges(msg, { error: told }), ways.send);
      this.#handOver(ways.done);
      return isHandedOn;
    }
    if (this.#isCaught()) return this.#handOver(() => ways.done(asNodeError(told)), told.message);
    this.#logAfterStop(1, told.message);
    this.#handOver(ways.done);
    return false;
  }

  /** The last resort for a message that cannot be handed on in any way. */
  giveUp(error: unknown, done: Done): void {
    this.#undeliverable(reasonOf(error));
    this.#handOver(done);
  }

  #describe(error: CallError, variant: string, redactor: Redactor | undefined): Told {
    const texts = describeError(this.#RED, error, variant);
    const clean = (text: string): string => redactor?.text(text) ?? text;
    const { code, status, outcome } = error;
    // The method is a text of the flow's own, which can hold a whole webhook address by mistake.
    const method = error.method === null ? null : clean(error.method);
    return { code, message: clean(texts.message), method, status, outcome, hint: clean(texts.hint) };
  }

  /** Sends, or says in the log that the way is closed because the flow was stopped meanwhile. */
  #deliver(output: 0 | 1, msg: Message, send: Send): boolean {
    const targets = this.#targets(output);
    const isClosed = this.#isStopped() && targets.length > 0 && !targets.some((id) => this.#RED.nodes.getNode(id));
    const what = output === 1 && isRecord(msg["error"]) ? String(msg["error"]["message"]) : "";
    if (!isClosed) return this.#handOver(() => send(output === 0 ? [msg, null] : [null, msg]), what);
    this.#logAfterStop(output, what);
    return false;
  }

  /** Whether an error given to Node-RED ends somewhere: Catch nodes that were stopped still take errors, and drop them. */
  #isCaught(): boolean {
    if (!this.#isStopped()) return true;
    const catching: string[] = [];
    this.#RED.nodes.eachNode((node) => {
      if (node.type === "catch") catching.push(node.id);
    });
    return catching.every((id) => this.#RED.nodes.getNode(id));
  }

  /** Node-RED copies messages, which fails for some; that must not end the process. */
  #handOver(deliver: () => void, what = ""): boolean {
    try {
      deliver();
    } catch (error) {
      this.#undeliverable(what || reasonOf(error));
    }
    // What Node-RED cannot copy it could not copy the next time either.
    return true;
  }

  #undeliverable(what: string): void {
    this.#node.error(lookUp(this.#RED, "warnings.undeliverable", { what }) ?? what);
  }

  #logAfterStop(output: 0 | 1, what: string): void {
    const key = output === 0 ? "answerAfterStop" : "errorAfterStop";
    this.#node.error(lookUp(this.#RED, `warnings.${key}`, { what }) ?? `stopped: ${what}`);
  }

  #targets(output: number): string[] {
    const { wires } = this.#node as Node & { wires?: string[][] };
    return wires?.[output] ?? [];
  }
}

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

/** What stands in `msg.error`. */
interface Told {
  readonly code: string;
  readonly message: string;
  readonly method: string | null;
  readonly status: number | null;
  readonly outcome: CallError["outcome"];
  readonly hint: string;
}

/** An error as Catch nodes get it: they see own properties only, and people need no stack. */
function asNodeError(told: Told): Error {
  const error = new Error(told.message, { cause: told });
  error.name = "Bitrix24";
  delete error.stack;
  return Object.assign(error, { code: told.code });
}
