import { createRequire } from "node:module";
import type { NodeConfig } from "./node";

/** What a deploy changes, in Node-RED's own words. */
export interface Diff {
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
  readonly rewired: string[];
  readonly linked: string[];
  readonly flowChanged: string[];
  readonly globalConfigChanged?: boolean;
}

export type DeployType = "full" | "flows" | "nodes";

/** A flow file taken apart by Node-RED. */
export interface Parsed {
  readonly allNodes: Readonly<Record<string, NodeConfig>>;
  readonly flows: Readonly<Record<string, { readonly nodes: Readonly<Record<string, NodeConfig>> }>>;
  readonly configs: Readonly<Record<string, NodeConfig>>;
}

interface FlowUtil {
  parseConfig(config: readonly NodeConfig[]): Parsed;
  diffConfigs(before: Parsed | null, after: Parsed): Diff;
}

/** Node-RED's own: which nodes a deploy touches is too subtle to be told again. */
const flowUtil = createRequire(__filename)("@node-red/runtime/lib/flows/util") as FlowUtil;

export const parse = (config: readonly NodeConfig[]): Parsed => flowUtil.parseConfig(structuredClone([...config]));

export const NO_DIFF: Diff = { added: [], changed: [], removed: [], rewired: [], linked: [], flowChanged: [] };

export function diffOf(before: Parsed, after: Parsed, resentCredentials: readonly string[]): Diff {
  const resent = Object.fromEntries(
    resentCredentials.flatMap((id) => {
      const node = after.allNodes[id];
      return node ? [[id, { ...node, credentials: {} }]] : [];
    }),
  );
  return flowUtil.diffConfigs(before, { ...after, allNodes: { ...after.allNodes, ...resent } });
}

/** Which nodes are stopped, users before config nodes; null: all. [node-red runtime/lib/flows/index.js] */
export function stopList(type: DeployType, diff: Diff): string[] | null {
  if (type === "full" || diff.globalConfigChanged) return null;
  const list = [...diff.changed, ...diff.removed];
  return type === "nodes" ? list : [...list, ...diff.linked, ...diff.rewired];
}
