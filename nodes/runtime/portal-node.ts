import type { Node } from "node-red";
import type { Portal } from "../../rest/portal";
import type { BotSession } from "./bot-session";
import type { Turnstile } from "./turnstile";

/** What a config node gives to the nodes that use it. */
export interface Connection {
  readonly portal: Portal;
  readonly bot: BotSession;
  /** Keeps the order in which messages came to the nodes of this portal. */
  readonly turnstile: Turnstile;
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
