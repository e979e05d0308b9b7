import type { Node, NodeAPI, NodeStatus } from "node-red";
import type { Portal } from "../../rest/portal";
import { lookUp, statusKey } from "./texts";

/** How long something must be under way before the status goes into detail, ms. */
const DETAIL_AFTER = 1_000;

/** The one place that sets an action node's status: what is under way, else how the last message ended. */
export class ActionStatus {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(RED: NodeAPI, node: Node) {
    this.#RED = RED;
    this.#node = node;
  }

  notConfigured(): void {
    this.#node.status({ fill: "red", shape: "ring", text: statusKey("notConfigured") });
  }

  begin(portal: Portal, methods: ReadonlySet<string>): void {
    if (this.#underWay++ > 0) return;
    this.#node.status({ fill: "blue", shape: "dot", text: statusKey("sending") });
    this.#timer = setInterval(() => this.#node.status(this.#detail(portal, methods)), DETAIL_AFTER);
    this.#timer.unref();
  }

  /** @param failure the error's code, or null after a success */
  end(failure: string | null): void {
    if (--this.#underWay > 0) return;
    clearInterval(this.#timer);
    this.#node.status(failure === null ? {} : { fill: "red", shape: "ring", text: failure });
  }

  #detail(portal: Portal, methods: ReadonlySet<string>): NodeStatus {
    const seconds = Math.ceil(Math.max(0, ...[...methods].map((method) => portal.pausedFor(method))) / 1000);
    const { waiting, away } = portal.activity();
    if (seconds > 1) return this.#counted("paused", { seconds });
    if (away) return { fill: "yellow", shape: "ring", text: statusKey("unreachable") };
    if (waiting > 0) return this.#counted("waiting", { count: waiting });
    return { fill: "blue", shape: "dot", text: statusKey("sending") };
  }

  /** Keys in statuses cannot carry values, so these come in the server's language. */
  #counted(name: string, values: Record<string, number>): NodeStatus {
    return { fill: "yellow", shape: "ring", text: lookUp(this.#RED, `status.${name}`, values) ?? name };
  }
}
