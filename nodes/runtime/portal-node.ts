import type { Node } from "node-red";
import type { Portal } from "../../rest/portal";
import type { BotSession } from "../../open-channels/bot/session";
import type { Engine } from "../../open-channels/engine/engine";
import type { OrderedGate } from "../../open-channels/engine/ordered-gate";

/** What a config node gives to the nodes that use it. */
export interface Connection {
  readonly portal: Portal;
  readonly bot: BotSession;
  /** Knows which events are open, whose turn it is, and which calls have been made for an event. */
  readonly engine: Engine;
  /** Keeps the order in which messages came to the nodes of this portal. */
  readonly gate: OrderedGate;
}

/** A `bitrix24-portal` config node. */
export interface PortalNode extends Node {
  /** Null while the portal is not configured; then `problem` says why. */
  readonly connection: Connection | null;
  /** Key of the sentence that says what is missing. */
  readonly problem: string | null;
  /** Nodes that use this portal; Node-RED hands the config node's own errors to the Catch nodes of their flows. */
  readonly users: Record<string, Node>;
  register(user: Node): void;
  deregister(user: Node): void;
}

/** Whether a node found under a config node's id is one of ours: ids are only text in a flow file. */
export function asPortalNode(node: unknown): PortalNode | null {
  const found = node as Partial<PortalNode> | null | undefined;
  return found?.type === "bitrix24-portal" && found.register !== undefined ? (found as PortalNode) : null;
}
