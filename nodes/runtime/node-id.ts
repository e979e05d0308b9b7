import type { Node } from "node-red";

/** What Node-RED keeps of a node that it made for an instance of a subflow. [S @node-red/runtime/lib/nodes/Node.js] */
interface Inside {
  readonly _alias?: unknown;
  readonly _flow?: { readonly path?: unknown };
}

/**
 * A node's id that is the same after each start. Nodes inside a subflow get a new id each time; the path of instances
 * and the id in the subflow's definition stay.
 */
export function stableId(node: Node): string {
  const { _alias: alias, _flow: flow } = node as Node & Inside;
  return typeof alias === "string" && typeof flow?.path === "string" ? `${flow.path}/${alias}` : node.id;
}
