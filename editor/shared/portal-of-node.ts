import { nodeInput } from "./dom";

/** The id of the only portal in the workspace when this flow can use it; else an empty text. */
export function onlyPortal(flow: string | undefined): string {
  const portals: RedNode[] = [];
  RED.nodes.eachConfig((config) => {
    if (config.type === "bitrix24-portal") portals.push(config);
  });
  const [only, ...others] = portals;
  if (!only || others.length > 0 || only.d) return "";
  return !only.z || only.z === flow ? only.id : "";
}

/**
 * Gives a freshly dropped node the only portal. What is imported or copied is in the workspace already, and stays as it
 * is.
 */
export function takePortal(node: RedNode): void {
  if (!node["portal"] && !RED.nodes.node(node.id)) node["portal"] = onlyPortal(node.z);
}

/** Chooses the only portal in the dialog of a node that has none; nothing is saved before Done. */
export function offerPortal(node: RedNode): void {
  const portal = node["portal"] ? "" : onlyPortal(node.z);
  if (portal) nodeInput("portal").val(portal).trigger("change");
}

/** The portal that is chosen in the open dialog. */
export const chosenPortal = (): RedNode | null => RED.nodes.node(nodeInput("portal").val()) ?? null;
