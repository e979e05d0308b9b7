/**
 * The address under which the portal reaches a config node's receiver.
 * @param publicUrl where Bitrix24 reaches this Node-RED
 * @param httpNodeRoot Node-RED's setting; `false` when it serves no nodes over HTTP
 * @param nodeId the config node's
 * @returns null when there is none
 */
export function receiverAddress(publicUrl: unknown, httpNodeRoot: unknown, nodeId: string): string | null {
  const base = typeof publicUrl === "string" ? withoutSlashes(publicUrl.trim()) : "";
  if (!/^https?:\/\/[^/]+/i.test(base) || httpNodeRoot === false) return null;
  const path = typeof httpNodeRoot === "string" ? httpNodeRoot.replace(/^\/*|\/*$/g, "") : "";
  return [base, ...(path === "" ? [] : [path]), "bitrix24", nodeId].join("/");
}

function withoutSlashes(address: string): string {
  let end = address.length;
  while (address.charAt(end - 1) === "/") end--;
  return address.slice(0, end);
}
