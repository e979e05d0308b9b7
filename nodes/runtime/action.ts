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
import { readInput, type Read, type SavedProperties } from "./values";

/** The flow was stopped before the call went out. */
const CANCELLED: ErrorCode = "CANCELLED";

type Attempt = { readonly success: ActionSuccess | null } | { readonly error: CallError };

/** One message on its way through an action. */
class Passage {
  readonly connection: Connection;
  readonly msg: Message;
  /** Whether every page so far could be handed on. */
  allPagesHandedOn = true;
  readonly #ending: Ending;
  readonly #send: Send;
  #called = false;
  #turn: Turn | undefined;

  constructor(ending: Ending, connection: Connection, msg: Message, send: Send) {
    this.#ending = ending;
    this.connection = connection;
    this.msg = msg;
    this.#send = send;
  }

  /** @throws CallError QUEUE_FULL */
  enter(): Turn {
    return (this.#turn = this.connection.gate.enter(chatHint(this.msg)));
  }

  /** Its first call stands in the queue now, or none will: the next message may go. */
  pass(): void {
    this.#turn?.pass();
  }

  calls(): void {
    this.#called = true;
    this.pass();
  }

  takePage(page: Page): void {
    if (!this.#ending.succeed(copyOf(this.msg), this.#send, page)) this.allPagesHandedOn = false;
  }

  /** A fault of this package is said in the message too, which still leaves. */
  failure(error: unknown): CallError {
    if (error instanceof CallError) return error;
    const fault = { description: reasonOf(error) };
    return this.#called ? outcomeUnknown("UNKNOWN_ERROR", fault) : notSent("UNKNOWN_ERROR", fault);
  }
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

  /**
   * Takes one message from its arrival to its one ending. Never rejects. One function from beginning to end: thousands can
   * wait here, and each further one that waits for the next takes as much memory as the call.
   */
  async handle(msg: Message, send: Send, done: Done): Promise<void> {
    this.#underWay++;
    try {
      const connection = this.#portalNode()?.connection ?? null;
      if (connection === null) {
        this.#status.notConfigured();
        this.#ending.fail(msg, { send, done }, notSent("NOT_CONFIGURED"), this.#variant());
        return;
      }
      const passage = new Passage(this.#ending, connection, msg, send);
      const { work, held } = connection.engine.begin(conversationOf(msg), stableId(this.#node), connection.portal);
      let isLost = true;
      try {
        this.#status.begin(connection.portal, this.#methods);
        let attempt: Attempt;
        try {
          const turn = passage.enter();
          const { way, readings } = await this.#read(passage, turn);
          attempt = { success: await way.run(this.#context(passage, turn, work), readings) };
        } catch (error) {
          attempt = { error: passage.failure(error) };
        } finally {
          passage.pass();
        }
        isLost = !this.#end(passage, attempt, { send, done });
      } finally {
        connection.engine.end(held, isLost);
      }
    } catch (error) {
      this.#ending.giveUp(error, done);
    } finally {
      if (--this.#underWay === 0) this.#onIdle();
    }
  }

  /** The message leaves. @returns whether all of it could be handed on */
  #end(passage: Passage, attempt: Attempt, ways: { readonly send: Send; readonly done: Done }): boolean {
    const { msg, connection } = passage;
    const error = "error" in attempt ? attempt.error : null;
    this.#status.end(error?.code ?? null);
    if (error)
      return (
        this.#ending.fail(msg, ways, error, this.#variant(), connection.portal.redactor) && error.code !== CANCELLED
      );
    let allHandedOn = passage.allPagesHandedOn;
    if ("success" in attempt && attempt.success)
      allHandedOn = this.#ending.succeed(msg, ways.send, attempt.success) && allHandedOn;
    this.#ending.complete(ways.done);
    return allHandedOn;
  }

  /** Takes back what waits and lets end what runs; the portal bounds how long that takes. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#portalNode()?.deregister(this.#node);
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  /** What the operation wants to know of the message, once it is this one's turn. */
  async #read({ connection, msg }: Passage, turn: Turn): Promise<Read> {
    const { signal } = this.#stop;
    const stopWaiting = connection.gate.passLater(turn);
    const reading = readInput(this.#RED, this.#node, this.#operation, this.#saved, msg);
    const read = await turn.wait(reading, signal).finally(stopWaiting);
    if (turn.ahead) await turn.wait(turn.ahead, signal);
    return read;
  }

  #context(passage: Passage, turn: Turn, work: Work): RunContext {
    const { bot } = passage.connection;
    const { signal } = this.#stop;
    const portal: ActionPortal = {
      // Not async, as above.
      call: (method, params, options) => {
        passage.calls();
        this.#methods.add(method);
        return work.call(method, params, { ...options, waitUntil: turn.deadline });
      },
    };
    return {
      portal,
      bot: { token: bot.token, id: () => turn.wait(bot.id(), signal) },
      signal,
      page: (page) => passage.takePage(page),
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
