import type { Node, NodeAPI, NodeDef } from "node-red";
import type { Operation, Page, RunContext } from "../../open-channels/actions/operation";
import { CallError, notSent, outcomeUnknown } from "../../rest/errors";
import type { Portal, Success } from "../../rest/portal";
import { Ending, type Done, type Send } from "./ending";
import { EventWork } from "./event-work";
import { copyOf, reasonOf, type Message } from "./message";
import { asPortalNode, type Connection, type PortalNode } from "./portal-node";
import { ActionStatus } from "./status";
import { lookUp } from "./texts";
import type { Turn } from "./turnstile";
import { readInput, type SavedProperties } from "./values";

type Attempt = { readonly success: Success | null } | { readonly error: CallError };

/** Who hears of what an operation does. */
interface Listeners {
  readonly work: EventWork;
  readonly onPage: (page: Page) => void;
  readonly onCall: () => void;
}

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
  readonly #ending: Ending;
  readonly #stop = new AbortController();
  #underWay = 0;
  #onIdle: () => void = () => undefined;
  readonly #methods = new Set<string>();

  constructor(RED: NodeAPI, node: Node, operation: Operation, saved: SavedProperties) {
    this.#RED = RED;
    this.#node = node;
    this.#operation = operation;
    this.#saved = saved;
    this.#status = new ActionStatus(RED, node);
    this.#ending = new Ending(RED, node, () => this.#stop.signal.aborted);
    const portalNode = this.#portalNode();
    portalNode?.register(node);
    if (!portalNode?.connection) this.#status.notConfigured();
  }

  /** Takes one message from its arrival to its one ending. Never rejects. */
  async handle(msg: Message, send: Send, done: Done): Promise<void> {
    this.#underWay++;
    try {
      const connection = this.#portalNode()?.connection ?? null;
      if (!connection) {
        this.#status.notConfigured();
        this.#ending.fail(msg, { send, done }, notSent("NOT_CONFIGURED"), this.#variant());
        return;
      }
      const { portal, bot } = connection;
      const work = new EventWork(bot.inbox, this.#node.id, msg);
      this.#status.begin(portal, this.#methods);
      const onPage = (page: Page): void => this.#ending.succeed(copyOf(msg), send, page);
      const contextFor = (onCall: () => void): RunContext => this.#context(connection, { work, onPage, onCall });
      const attempt = await this.#attempt(msg, connection.turnstile.enter(), contextFor);
      const error = "error" in attempt ? attempt.error : null;
      this.#status.end(error?.code ?? null);
      if (error) this.#ending.fail(msg, { send, done }, error, this.#variant(), portal.redactor);
      else {
        if ("success" in attempt && attempt.success) this.#ending.succeed(msg, send, attempt.success);
        this.#ending.complete(done);
      }
      work.end(!error ? "done" : error.code === "CANCELLED" ? "cancelled" : "failed");
    } catch (error) {
      this.#ending.giveUp(error);
    } finally {
      if (--this.#underWay === 0) this.#onIdle();
    }
  }

  /** Takes back what waits and lets end what runs; the portal bounds how long that takes. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#portalNode()?.deregister(this.#node);
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  /** Runs the operation; whatever goes wrong becomes a value, so that the message can end outside of any `try`. */
  async #attempt(msg: Message, turn: Turn, contextFor: (onCall: () => void) => RunContext): Promise<Attempt> {
    let called = false;
    const context = contextFor(() => {
      called = true;
      turn.pass();
    });
    try {
      if (turn.ahead) await turn.ahead;
      const input = await readInput(this.#RED, this.#node, this.#operation, this.#saved, msg);
      return { success: await this.#operation.run(context, input) };
    } catch (error) {
      if (error instanceof CallError) return { error };
      // A fault of this package; what it was stands in the message, which still leaves.
      const fault = { description: reasonOf(error) };
      return { error: called ? outcomeUnknown("UNKNOWN_ERROR", fault) : notSent("UNKNOWN_ERROR", fault) };
    } finally {
      turn.pass();
    }
  }

  #context({ portal, bot }: Connection, { work, onPage, onCall }: Listeners): RunContext {
    const watched: Portal = {
      ...portal,
      // Not async: thousands can wait here, and what an async function keeps meanwhile takes more than the call.
      call: (method, params, options) => {
        onCall();
        this.#methods.add(method);
        return portal.call(method, params, options).then((success) => {
          bot.observe(method, params);
          return success;
        });
      },
    };
    return {
      portal: watched,
      bot,
      signal: this.#stop.signal,
      templateId: () => work.templateId(),
      page: onPage,
      warn: (key, details) => this.#node.warn(lookUp(this.#RED, `warnings.${key}`, details) ?? key),
    };
  }

  #variant(): string {
    return this.#operation.variant?.(this.#saved) ?? this.#operation.type.replace("bitrix24-", "");
  }

  #portalNode(): PortalNode | null {
    const id = this.#saved["portal"];
    return typeof id === "string" && id !== "" ? asPortalNode(this.#RED.nodes.getNode(id)) : null;
  }
}
