import type { NodeConfig } from "../red/node";
import type { DeployType } from "../red/deploy";

/** What the portal told the bot's reader about. */
export interface PortalEvent {
  readonly sim: number;
  readonly at: number;
  readonly name: string;
  readonly kind: "client" | "person" | "other";
  readonly chatId: number;
  readonly sessionId: number;
  /** Of the message it is about; 0: none. */
  readonly messageId: number;
  readonly text: string;
  /** The step's own name for it. */
  readonly tag: string;
  /** Posted: whether a post of it was answered with 200. */
  taken: boolean;
  readonly posted: boolean;
  /** When each process, by number, knew of it first. */
  readonly knownTo: Map<number, number>;
}

/** What a call means, however it is spelled. */
export type Meaning = "operator" | "transfer" | "finish" | "message" | "automatic" | "record" | "other";

export function meaningOf(method: string): Meaning {
  switch (method.toLowerCase()) {
    case "imopenlines.bot.session.operator":
      return "operator";
    case "imopenlines.bot.session.transfer":
      return "transfer";
    case "imopenlines.bot.session.finish":
      return "finish";
    case "imopenlines.bot.session.message.send":
      return "automatic";
    case "imbot.v2.chat.message.send":
    case "imbot.message.add":
      return "message";
    case "sim.record":
      return "record";
    default:
      return "other";
  }
}

/** A call that the portal carried out or refused. */
export interface PortalCall {
  readonly at: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly ok: boolean;
  readonly error: string | null;
  readonly wire: number;
  readonly chatId: number | null;
  /** The chat's session before and after; 0: closed. */
  readonly before: number;
  readonly after: number;
}

export interface PortalMessage {
  readonly id: number;
  readonly at: number;
  readonly chatId: number;
  readonly sessionId: number;
  readonly author: "client" | "person" | "bot" | "system";
  readonly text: string;
  /** The request that brought it; 0: none. */
  readonly wire: number;
}

/** A request on its way. */
export interface Wire {
  readonly id: number;
  readonly boot: number;
  readonly method: string;
  readonly leftAt: number;
  arrivedAt: number;
  answeredAt: number;
  fault: string | null;
}

/** An event node has given a message to its flow. */
export interface Delivered {
  readonly at: number;
  readonly boot: number;
  readonly node: string;
  readonly output: number;
  readonly sim: number;
  readonly delivery: number;
  /** As the message itself says; absent in versions that do not count. */
  readonly told: number | undefined;
  readonly owner: string;
  readonly payload: unknown;
}

/** One message's way through an action node. */
export interface Visit {
  readonly id: number;
  readonly at: number;
  readonly boot: number;
  readonly node: string;
  readonly type: string;
  /** What it means to do. */
  readonly wants: Meaning;
  readonly sim: number;
  readonly tag: string;
  readonly intent: string;
  /** Where its event came into the flow. */
  readonly eventNode: string;
  readonly delivery: number;
  readonly chatId: number;
  readonly over: boolean;
  readonly exits: Exit[];
}

export interface Exit {
  readonly at: number;
  readonly way: "success" | "error" | "catch" | "log";
  readonly code: string | null;
  readonly outcome: string | null;
  readonly repeated: boolean;
  readonly result: unknown;
}

export interface FlowNote {
  readonly at: number;
  readonly boot: number;
  readonly kind: "db" | "sink" | "retry" | "dropped";
  readonly node: string;
  readonly sim: number;
  readonly delivery: number;
}

/** How a process ended. */
export type Ended =
  | { readonly at: number; readonly kind: "killed"; readonly boot: number; readonly power: boolean }
  | { readonly at: number; readonly kind: "stopped"; readonly boot: number };

/** What happened to the process. */
export type Lifecycle =
  | { readonly at: number; readonly kind: "boot"; readonly boot: number; readonly config: readonly NodeConfig[] }
  | { readonly at: number; readonly kind: "stopping"; readonly boot: number }
  | Ended
  | { readonly at: number; readonly kind: "wiped"; readonly boot: number }
  | {
      readonly at: number;
      readonly kind: "stop";
      readonly boot: number;
      readonly type: DeployType;
      readonly ids: readonly string[];
      readonly config: readonly NodeConfig[];
    }
  | { readonly at: number; readonly kind: "deployed"; readonly boot: number };

export interface LogLine {
  readonly at: number;
  readonly boot: number;
  readonly level: "error" | "warn" | "info";
  readonly node: string | null;
  readonly text: string;
}

/** A time in which the world itself stands in the way. */
export interface Trouble {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/** Everything that can be known of a run from outside the package. */
export interface Transcript {
  readonly start: number;
  end: number;
  readonly events: PortalEvent[];
  readonly calls: PortalCall[];
  readonly messages: PortalMessage[];
  readonly wires: Wire[];
  readonly delivered: Delivered[];
  readonly visits: Visit[];
  readonly notes: FlowNote[];
  readonly lifecycle: Lifecycle[];
  readonly log: LogLine[];
  /** Errors in the log that an action node wrote for a message whose way was closed; which message it was is not told. */
  readonly spareErrors: { readonly at: number; readonly boot: number; readonly node: string; readonly text: string }[];
  readonly trouble: Trouble[];
  /** What ended the run before its time. */
  readonly crashes: string[];
}

export const emptyTranscript = (start: number): Transcript => ({
  start,
  end: start,
  events: [],
  calls: [],
  messages: [],
  wires: [],
  delivered: [],
  visits: [],
  notes: [],
  lifecycle: [],
  log: [],
  spareErrors: [],
  trouble: [],
  crashes: [],
});
