import { createRequire } from "node:module";
import { nodeRedPackage } from "../../../support/node-red";

interface Hooks {
  add(name: string, hook: (event: { readonly node: { readonly id: string } }) => void): void;
  remove(name: string): void;
}

const fromHere = createRequire(__filename);
const fromNodeRed = createRequire(fromHere.resolve(`${nodeRedPackage}/package.json`));
const { hooks } = fromNodeRed("@node-red/util") as { hooks: Hooks };

/** Counts how often a node says that it has done with a message, until `stop`. */
export function endings(id: string): { count(): number; stop(): void } {
  let ended = 0;
  hooks.add("onComplete.endings", ({ node }) => void (node.id === id && ended++));
  return { count: () => ended, stop: () => hooks.remove("*.endings") };
}
