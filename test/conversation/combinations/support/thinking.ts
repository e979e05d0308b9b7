import { createRequire } from "node:module";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { nodeRedPackage } from "../../../support/node-red";

type Loader = (RED: NodeAPI) => void;

/**
 * Nodes of the type `think` that keep each message until the test lets it go, as a language model or a database does.
 * Like the core nodes that keep messages they lose what they have when they are stopped.
 */
export interface Thinking {
  readonly loader: Loader;
  /** How many messages are being thought about. */
  waiting(): number;
  /** Lets everything go on that waits now. */
  release(): void;
}

export function thinking(): Thinking {
  const kept = new Map<Node, (() => void)[]>();
  return {
    loader(RED) {
      function Think(this: Node, definition: NodeDef): void {
        RED.nodes.createNode(this, definition);
        kept.set(this, []);
        this.on("input", (msg, send, done) => {
          kept.get(this)?.push(() => {
            send(msg);
            done();
          });
        });
        this.on("close", () => void kept.delete(this));
      }
      RED.nodes.registerType("think", Think);
    },
    waiting: () => [...kept.values()].flat().length,
    release() {
      for (const waiting of kept.values()) for (const go of waiting.splice(0)) go();
    },
  };
}

const fromHere = createRequire(__filename);
const fromNodeRed = createRequire(fromHere.resolve(`${nodeRedPackage}/package.json`));

/** The core node *delay*. */
export const delay = fromNodeRed("@node-red/nodes/core/function/89-delay.js") as Loader;

/** The core node *switch*. */
export const choice = fromNodeRed("@node-red/nodes/core/function/10-switch.js") as Loader;
