import type { Node, NodeAPI, NodeDef } from "node-red";
import { textsOf } from "../../open-channels/actions/facts";
import type { ActionPortal, ErrorCode, Operation, Page, RunContext } from "../../open-channels/actions/operation";
import type { ActionSuccess, Work } from "../../open-channels/engine/work";
import { CallError, notSent, outcomeUnknown } from "../../rest/errors";
import { Ending, type Done, type Send } from "./ending";
import { chatHint, conversationOf, copyOf, reasonOf, type Message } from "./message";
import { stableId } from "./node-id";
import type { Turn } from "../../open-channels/engine/ordered-gate";
import { asPortalNode, type Connection, type PortalNode } from "./portal-node";
import { ActionStatus } from "./status";
import { lookUp } from "./texts";
import { readInput, type SavedProperties } from "./values";

/** The flow was stopped before the call went out. */
const CANCELLED: ErrorCode = "CANCELLED";

type Attempt = { readonly success: ActionSuccess | null } | { readonly error: CallError };

/** What one message brings along through an action. */
interface Passage {
  readonly msg: Message;
  readonly connection: Connection;
  readonly work: Work;
  readonly onPage: (page: Page) => void;
}

/** Makes a node type out of an operation. This is the only place that handles input of action nodes. */
function registerAction(RED: NodeAPI, operation: Operation): void {
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

/** The module of an action's node, as Node-RED loads it. */
export const actionNode =
  (operation: Operation) =>
  (RED: NodeAPI): void =>
    registerAction(RED, operation);

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
  readonly #methods = new RecentMethods();

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
      if (connection) await this.#handleWith(connection, msg, { send, done });
      else {
        this.#status.notConfigured();
        this.#ending.fail(msg, { send, done }, notSent("NOT_CONFIGURED"), this.#variant());
      }
    } catch (error) {
      this.#ending.giveUp(error, done);
    } finally {
      if (--this.#underWay === 0) this.#onIdle();
    }
  }

  async #handleWith(connection: Connection, msg: Message, ways: { send: Send; done: Done }): Promise<void> {
    const { portal, engine } = connection;
    const { work, held } = engine.begin(conversationOf(msg), stableId(this.#node), portal);
    let isLost = true;
    try {
      this.#status.begin(portal, this.#methods);
      let allHandedOn = true;
      const onPage = (page: Page): void => {
        if (!this.#ending.succeed(copyOf(msg), ways.send, page)) allHandedOn = false;
      };
      const attempt = await this.#attempt({ msg, connection, work, onPage });
      const error = "error" in attempt ? attempt.error : null;
      this.#status.end(error?.code ?? null);
      if (error) allHandedOn = this.#ending.fail(msg, ways, error, this.#variant(), portal.redactor);
      else {
        if ("success" in attempt && attempt.success)
          allHandedOn = this.#ending.succeed(msg, ways.send, attempt.success) && allHandedOn;
        this.#ending.complete(ways.done);
      }
      isLost = error?.code === CANCELLED || !allHandedOn;
    } finally {
      engine.end(held, isLost);
    }
  }

  /** Takes back what waits and lets end what runs; the portal bounds how long that takes. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#portalNode()?.deregister(this.#node);
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  /** Runs the operation; whatever goes wrong becomes a value, so that the message can end outside of any `try`. */
  async #attempt(passage: Passage): Promise<Attempt> {
    let called = false;
    let turn: Turn | undefined;
    try {
      turn = passage.connection.gate.enter(chatHint(passage.msg));
      const mine = turn;
      const onCall = (): void => {
        called = true;
        mine.pass();
      };
      return { success: await this.#run(passage, mine, onCall) };
    } catch (error) {
      if (error instanceof CallError) return { error };
      // A fault of this package; what it was is said in the message, which still leaves.
      const fault = { description: reasonOf(error) };
      return { error: called ? outcomeUnknown("UNKNOWN_ERROR", fault) : notSent("UNKNOWN_ERROR", fault) };
    } finally {
      turn?.pass();
    }
  }

  async #run(passage: Passage, turn: Turn, onCall: () => void): Promise<ActionSuccess | null> {
    const { gate } = passage.connection;
    const { signal } = this.#stop;
    const stopWaiting = gate.passLater(turn);
    const reading = readInput(this.#RED, this.#node, this.#operation, this.#saved, passage.msg);
    const { way, readings } = await turn.wait(reading, signal).finally(stopWaiting);
    if (turn.ahead) await turn.wait(turn.ahead, signal);
    return way.run(this.#context(passage, turn, onCall), readings);
  }

  #context({ connection, work, onPage }: Passage, turn: Turn, onCall: () => void): RunContext {
    const { bot } = connection;
    const { signal } = this.#stop;
    const portal: ActionPortal = {
      // Not async: thousands can wait here, and what an async function keeps meanwhile takes more than the call.
      call: (method, params, options) => {
        onCall();
        this.#methods.add(method);
        return work.call(method, params, { ...options, waitUntil: turn.deadline });
      },
    };
    return {
      portal,
      bot: { token: bot.token, id: () => turn.wait(bot.id(), signal) },
      signal,
      page: onPage,
      warn: (key, details) => this.#node.warn(lookUp(this.#RED, `warnings.${key}`, details) ?? key),
    };
  }

  #variant(): string {
    return textsOf(this.#operation, this.#saved);
  }

  #portalNode(): PortalNode | null {
    const id = this.#saved["portal"];
    return typeof id === "string" && id !== "" ? asPortalNode(this.#RED.nodes.getNode(id)) : null;
  }
}

/** Methods whose pauses the status looks at. A flow can make up any number of names. */
const MOST_METHODS = 50;

class RecentMethods extends Set<string> {
  override add(method: string): this {
    super.delete(method);
    super.add(method);
    const [oldest] = this;
    if (this.size > MOST_METHODS && oldest !== undefined) super.delete(oldest);
    return this;
  }
}
