import type { NodeAPI } from "node-red";

export interface ChannelRow {
  readonly code: string;
}

const CODE = /^[\da-f]{32}$/i;

/**
 * Network channels. REST has no list of those that were joined, so what the deployed flows use with this portal is told.
 * [D api-reference/imopenlines/openlines/imopenlines-network-join.md]
 */
export function listChannels(RED: NodeAPI, portalId: string): ChannelRow[] {
  const codes = new Set<string>();
  RED.nodes.eachNode((node) => {
    const { type, portal, code, codeType } = node as unknown as Record<string, unknown>;
    const isUser = (type === "bitrix24-join" || type === "bitrix24-send") && portal === portalId;
    if (isUser && codeType === "str" && typeof code === "string" && CODE.test(code.trim())) codes.add(code.trim());
  });
  return [...codes].sort().map((code) => ({ code }));
}
