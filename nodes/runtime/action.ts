import { randomUUID } from "node:crypto";
import type { Node, NodeAPI, NodeDef, NodeMessage } from "node-red";
import type { Operation, Page, RunContext } from "../../open-channels/operation";
import { CallError, notSent, outcomeUnknown } from "../../rest/errors";
import type { Portal, Success } from "../../rest/portal";
import { asPortalNode, type Connection, type PortalNode } from "./portal-node";
import { ActionStatus } from "./status";
import { describeError, lookUp } from "./texts";
import { readInput, type SavedProperties } from "./values";

type Message = NodeMessage & Record<string, unknown>;
type Send = (message: Message | (Message | null)[]) => void;
type Done = (error?: Error) => void;
type Attempt = { readonly success: Success | null } | { readonly error: CallError };

/** Makes a node type out of an operation. This is the only place that handles input of action nodes. */
export function registerAction(RED: NodeAPI, operation: Operation): void {
  function ActionNode(this: Node, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const action = new Action(RED, this, operation, definition as unknown as SavedProperties);
    this.on("input", (msg, send, done) => {
      void action.handle(msg, send, done);
    });
    this.on("close", (_removed: boolean, done: () => void) => {
      void action.close().then(done);
    });
  }
  RED.nodes.registerType(operation.type, ActionNode);
}

/** One action node at work. */
class Action {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #operation: Operation;
  readonly #saved: SavedProperties;
  readonly #status: ActionStatus;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #methods = new Set<string>();

  constructor(RED: NodeAPI, node: Node, operation: Operation, saved: SavedProperties) {
    this.#RED = RED;
    this.#node = node;
    this.#operation = operation;
    this.#saved = saved;
    this.#status = new ActionStatus(RED, node);
    const portalNode = this.#portalNode();
    portalNode?.register(node);
    if (!portalNode?.connection) this.#status.notConfigured();
  }

  /** Takes one message from its arrival to its one ending. Never rejects. */
  handle(msg: Message, send: Send, done: Done): Promise<void> {
    const work = this.#work(msg, send, done).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    return work;
  }

  /** Takes back what waits and lets end what runs; the portal bounds how long that takes. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#portalNode()?.deregister(this.#node);
    await Promise.all(this.#underWay);
  }

  async #work(msg: Message, send: Send, done: Done): Promise<void> {
    const connection = this.#portalNode()?.connection ?? null;
    if (!connection) {
      this.#status.notConfigured();
      this.#fail(msg, send, done, notSent("NOT_CONFIGURED"), null);
      return;
    }
    this.#status.begin(connection.portal, this.#methods);
    const attempt = await this.#attempt(connection, msg, (page) => this.#succeed(copyOf(msg), send, page));
    this.#status.end("error" in attempt ? attempt.error.code : null);
    if ("error" in attempt) this.#fail(msg, send, done, attempt.error, connection);
    else {
      if (attempt.success) this.#succeed(msg, send, attempt.success);
      done();
    }
  }

  /** Runs the operation; whatever goes wrong becomes a value, so that the message can end outside of any `try`. */
  async #attempt(connection: Connection, msg: Message, page: (page: Page) => void): Promise<Attempt> {
    try {
      const input = await readInput(this.#RED, this.#node, this.#operation, this.#saved, msg);
      return { success: await this.#operation.run(this.#context(connection, page), input) };
    } catch (error) {
      if (error instanceof CallError) return { error };
      // A fault of this package; what it was stands in the log, and the message still leaves.
      const description = error instanceof Error ? error.message : "unexpected";
      return { error: outcomeUnknown("UNKNOWN_ERROR", { description }) };
    }
  }

  #context({ portal, bot }: Connection, page: (page: Page) => void): RunContext {
    const watched: Portal = {
      ...portal,
      call: (method, params, options) => {
        this.#methods.add(method);
        return portal.call(method, params, options);
      },
    };
    return {
      portal: watched,
      bot,
      signal: this.#stop.signal,
      templateId: randomUUID(),
      page,
      warn: (key, details) => this.#node.warn(lookUp(this.#RED, `warnings.${key}`, details) ?? key),
    };
  }

  #succeed(msg: Message, send: Send, success: Success | Page): void {
    const out = writable(msg);
    const { method, attempts, batched, time } = success;
    const conversation = isRecord(out["bitrix24"]) ? out["bitrix24"] : {};
    out.payload = success.result;
    out["bitrix24"] = { ...conversation, call: { method, attempts, batched, time } };
    delete out["error"];
    if ("index" in success) out["parts"] = partsOf(success, msg, this.#node);
    this.#deliver(0, out, send);
  }

  /** Output 2 when it is wired, else Catch nodes and the log; never both. */
  #fail(msg: Message, send: Send, done: Done, error: CallError, connection: Connection | null): void {
    const variant = this.#variant();
    const texts = describeError(this.#RED, error, variant);
    const clean = (text: string): string => connection?.portal.redactor.text(text) ?? text;
    const { code, method, status, outcome } = error;
    const told = { code, message: clean(texts.message), method, status, outcome, hint: clean(texts.hint) };
    if (this.#isWired(1)) {
      const out = writable(msg);
      out["error"] = told;
      this.#deliver(1, out, send);
      done();
    } else done(asNodeError(told));
  }

  #variant(): string {
    const name = this.#operation.type.replace("bitrix24-", "");
    return this.#operation.variant?.(this.#saved) ?? name;
  }

  /** Asked for each message: a deploy that only rewires does not restart the node. */
  #isWired(output: number): boolean {
    return this.#targets(output).length > 0;
  }

  #targets(output: number): string[] {
    const { wires } = this.#node as Node & { wires?: string[][] };
    return wires?.[output] ?? [];
  }

  /** Sends, or says in the log that the way is closed because the flow was stopped meanwhile. */
  #deliver(output: number, msg: Message, send: Send): void {
    const targets = this.#targets(output);
    const closed =
      this.#stop.signal.aborted && targets.length > 0 && !targets.some((id) => this.#RED.nodes.getNode(id));
    if (!closed) {
      send(output === 0 ? [msg, null] : [null, msg]);
      return;
    }
    const what = isRecord(msg["error"]) ? String(msg["error"]["message"]) : "";
    const text = lookUp(this.#RED, output === 0 ? "warnings.answerAfterStop" : "warnings.errorAfterStop", { what });
    this.#node.error(text ?? `stopped: ${what}`);
  }

  #portalNode(): PortalNode | null {
    const id = this.#saved["portal"];
    return typeof id === "string" && id !== "" ? asPortalNode(this.#RED.nodes.getNode(id)) : null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The message itself, or a copy when the flow has sealed it. */
const writable = (msg: Message): Message => (Object.isExtensible(msg) && !Object.isFrozen(msg) ? msg : { ...msg });

const copyOf = (msg: Message): Message => ({ ...msg });

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
