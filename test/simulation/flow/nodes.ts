import { FlowNode, type Message, type NodeConfig } from "../red/node";
import type { Flows, NodeConstructor } from "../red/flows";
import type { CallKind, Plan } from "./spec";

/** What the flow knows of the event that a message came from. */
export interface Origin {
  /** The event, as the world numbers them. */
  readonly sim: number;
  readonly tag: string;
  readonly eventNode: string;
  readonly delivery: number;
  readonly chatId: number;
  /** What is to be done, by a name that is the same on later deliveries. */
  intent?: string;
}

/** What the flow's own nodes use of the world. */
export interface FlowWorld {
  after(delay: number, task: () => void): () => void;
  planOf(origin: Origin): Plan | undefined;
  record(kind: "db" | "sink" | "retry" | "dropped", node: FlowNode, origin: Origin, msg: Message): void;
  readonly kept: Kept[];
  now(): number;
  readonly botId: number;
  readonly operatorId: number;
}

/** A kept conversation; it survives the process, as a persistent context does. */
export interface Kept {
  readonly nodeId: string;
  readonly msg: Message;
  readonly due: number;
  readonly intent: string;
  readonly text: string;
  done: boolean;
}

const RETRY_AFTER = 4_000;

export const originOf = (msg: Message): Origin | undefined => msg["sim"] as Origin | undefined;

export const wordsOf = (intent: string, more = ""): string => `«${intent}» here you are${more}`;

export const intentIn = (text: unknown): string | undefined =>
  typeof text === "string" ? /«([^»]+)»/.exec(text)?.[1] : undefined;

type Setup = (node: FlowNode, config: NodeConfig, world: FlowWorld) => void;

/** What holds messages loses them when it is closed. */
function holding(node: FlowNode, world: FlowWorld): (delay: number, task: () => void) => void {
  const takeBacks = new Set<() => void>();
  node.on("close", () => {
    for (const takeBack of takeBacks) takeBack();
  });
  return (delay, task) => {
    const takeBack = world.after(delay, () => {
      takeBacks.delete(takeBack);
      task();
    });
    takeBacks.add(takeBack);
  };
}

const pass: Setup = (node) => {
  node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
    send(msg);
    done();
  });
};

const hold: Setup = (node, _config, world) => {
  const later = holding(node, world);
  node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
    const origin = originOf(msg);
    later((origin && world.planOf(origin)?.wait) ?? 1, () => {
      send(msg);
      done();
    });
  });
};

const TYPES: Readonly<Record<string, Setup>> = {
  "sim-delay": hold,
  "sim-think": hold,
  "sim-fork": pass,
  "link in": pass,
  "link out": (node, config) => {
    const links = config["links"] as string[];
    node.on("input", (msg: Message, _send: unknown, done: () => void) => {
      if (config["mode"] === "return") {
        const sources = msg["_linkSource"] as string[];
        const caller = sources.at(-1);
        msg["_linkSource"] = sources.slice(0, -1);
        // A calling node that was deployed meanwhile hands it on all the same.
        if (caller !== undefined) node.flows.getNode(caller)?.send(msg);
      }
      for (const [at, id] of links.entries()) node.flows.route(node, id, at === 0 ? msg : node.flows.clone(msg));
      done();
    });
  },
  "link call": (node, config) => {
    const [target = ""] = config["links"] as string[];
    node.on("input", (msg: Message, _send: unknown, done: () => void) => {
      const sources = (msg["_linkSource"] ?? []) as string[];
      msg["_linkSource"] = [...sources, node.id];
      node.flows.route(node, target, msg);
      done();
    });
  },
  catch: pass,
  "sim-router": (node, config, world) => {
    const chains = (config.wires ?? []).length;
    node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
      const origin = originOf(msg);
      const plan = origin && world.planOf(origin);
      const chain = chains === 1 ? 0 : (plan?.chain ?? -1);
      if (chain >= 0 && chain < chains) send([...Array.from({ length: chain }, () => null), msg]);
      done();
    });
  },
  "sim-say": (node, config, world) => {
    const labels = config["labels"] as string[];
    node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
      const origin = originOf(msg);
      const plan = origin && world.planOf(origin);
      const isLater = (origin?.delivery ?? 1) > 1;
      const order = plan?.swap && isLater ? [...labels].reverse() : labels;
      for (const [at, label] of order.entries()) {
        const said = at === order.length - 1 ? msg : node.flows.clone(msg);
        const intent = `${origin?.tag ?? "?"}/${label}:${node.id}`;
        said["sim"] = { ...origin, intent };
        said["payload"] = wordsOf(intent, plan?.reword && isLater ? `, the ${origin?.delivery}. time` : "");
        send(said);
      }
      done();
    });
  },
  "sim-db": (node, _config, world) => {
    node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
      const origin = originOf(msg);
      if (origin) world.record("db", node, origin, msg);
      send(msg);
      done();
    });
  },
  "sim-drop": (node, _config, world) => {
    node.on("input", (msg: Message, _send: unknown, done: () => void) => {
      const origin = originOf(msg);
      if (origin) world.record("dropped", node, origin, msg);
      done();
    });
  },
  "sim-sink": (node, _config, world) => {
    node.on("input", (msg: Message, _send: unknown, done: () => void) => {
      const origin = originOf(msg);
      if (origin) world.record("sink", node, origin, msg);
      done();
    });
  },
  "sim-retry": (node, _config, world) => {
    const later = holding(node, world);
    node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
      const error = msg["error"] as { outcome?: string; code?: string } | undefined;
      const origin = originOf(msg);
      const isFinal = /PEOPLE_HAVE|SESSION_OVER|NOT_CONFIGURED/.test(error?.code ?? "");
      if (error?.outcome !== "not-sent" || isFinal) {
        if (origin) world.record("sink", node, origin, msg);
        done();
        return;
      }
      later(RETRY_AFTER, () => {
        if (origin) world.record("retry", node, origin, msg);
        send(msg);
        done();
      });
    });
  },
  "sim-keep": (node, config, world) => {
    const later = holding(node, world);
    const remind = (kept: Kept): void =>
      later(Math.max(1, kept.due - world.now()), () => {
        kept.done = true;
        const msg = node.flows.clone(kept.msg);
        msg["payload"] = kept.text;
        msg["sim"] = { ...originOf(msg), intent: kept.intent };
        node.send(msg);
      });
    for (const kept of world.kept) if (kept.nodeId === node.id && !kept.done) remind(kept);
    node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
      const origin = originOf(msg);
      const reminders = (origin && world.planOf(origin)?.reminders) ?? [];
      const isNew = !world.kept.some(
        ({ nodeId, msg: known }) => nodeId === node.id && originOf(known)?.sim === origin?.sim,
      );
      for (const [at, delay] of isNew ? reminders.entries() : []) {
        const intent = `${origin?.tag ?? "?"}/${config["same"] === true ? "r" : `r${at + 1}`}:${node.id}`;
        const kept: Kept = {
          nodeId: node.id,
          msg: node.flows.clone(msg),
          due: world.now() + delay,
          intent,
          text: wordsOf(intent),
          done: false,
        };
        world.kept.push(kept);
        remind(kept);
      }
      const intent = `${origin?.tag ?? "?"}/r0:${node.id}`;
      msg["sim"] = { ...origin, intent };
      msg["payload"] = wordsOf(intent);
      send(msg);
      done();
    });
  },
  "sim-params": (node, config, world) => {
    node.on("input", (msg: Message, send: (msg: unknown) => void, done: () => void) => {
      const origin = originOf(msg);
      const intent = `${origin?.tag ?? "?"}/${node.id}`;
      msg["sim"] = { ...origin, intent };
      msg["payload"] = paramsFor(config["what"] as CallKind, origin?.chatId ?? 0, intent, world);
      send(msg);
      done();
    });
  },
};

function paramsFor(what: CallKind, chatId: number, intent: string, world: FlowWorld): object {
  switch (what) {
    case "record":
      return { method: "sim.record", params: { TAG: intent, CHAT_ID: chatId } };
    case "operator-lower":
      return { method: "imopenlines.bot.session.operator", params: { chat_id: chatId } };
    case "operator-batch":
      return {
        method: "batch",
        params: { halt: 0, cmd: { a: `imopenlines.bot.session.operator?CHAT_ID=${chatId}` } },
      };
    case "finish":
      return { method: "imopenlines.bot.session.finish", params: { CHAT_ID: chatId } };
    case "transfer-lower":
      return {
        method: "IMOPENLINES.bot.session.transfer",
        params: { CHAT_ID: chatId, USER_ID: world.operatorId },
      };
    case "message":
      return {
        method: "imbot.v2.Chat.Message.send",
        params: { botId: world.botId, dialogId: `chat${chatId}`, fields: { message: wordsOf(intent) } },
      };
  }
}

/** The node types that a flow has besides those of the package. */
export function flowTypes(world: FlowWorld, flows: Flows): Map<string, NodeConstructor> {
  const types = new Map<string, NodeConstructor>();
  for (const [type, setUp] of Object.entries(TYPES)) {
    function SimNode(this: FlowNode, config: NodeConfig): void {
      FlowNode.prepare(this, config, flows, undefined);
      setUp(this, config, world);
    }
    Object.setPrototypeOf(SimNode.prototype, FlowNode.prototype);
    types.set(type, SimNode as unknown as NodeConstructor);
  }
  return types;
}
