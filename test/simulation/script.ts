import type { FlowSpec, Plan } from "./flow/spec";
import type { DeployType } from "./red/deploy";

/** Trouble on the network from now on. */
export interface NetworkFault {
  readonly what:
    | "down"
    | "lose-request"
    | "lose-answer"
    | "swallow-request"
    | "swallow-answer"
    | "slow"
    | "busy"
    | "page"
    | "page-after"
    | "post-lost"
    | "post-twice"
    | "post-late";
  /** How long it lasts, ms. */
  readonly for?: number;
  /** How many requests it strikes. */
  readonly count?: number;
  /** Of each request. Default 1. */
  readonly chance?: number;
  /** Source of a pattern for the method. */
  readonly method?: string;
}

interface At {
  /** Milliseconds since the start of the script. */
  readonly at: number;
}

/** One thing that happens. */
export type Step = At &
  (
    | { readonly do: "client"; readonly who: string; readonly text: string; readonly tag: string; readonly plan?: Plan }
    | { readonly do: "edit"; readonly who: string; readonly text: string; readonly tag: string; readonly plan?: Plan }
    | {
        readonly do: "commands";
        readonly who: string;
        readonly commands: readonly { readonly command: string; readonly params: string }[];
        readonly tags: readonly string[];
        readonly plan?: Plan;
      }
    | {
        readonly do: "react";
        readonly who: string;
        readonly reaction: string;
        readonly action: "add" | "delete";
        readonly tag: string;
        readonly plan?: Plan;
      }
    /** Many clients, each with one message. */
    | {
        readonly do: "crowd";
        readonly who: string;
        readonly count: number;
        readonly gap: number;
        readonly tag: string;
        readonly plan?: Plan;
      }
    | {
        readonly do: "operator";
        readonly who: string;
        readonly operator: number;
        readonly act: "write" | "take" | "finish";
      }
    | { readonly do: "online"; readonly operator: number; readonly online: boolean }
    | {
        readonly do: "deploy";
        readonly type: DeployType;
        readonly change: readonly string[];
        readonly resend?: boolean;
        readonly add?: string;
        /** The router's outputs change places. */
        readonly rewire?: boolean;
        /** The second event node comes or goes. */
        readonly second?: boolean;
      }
    | { readonly do: "kill"; readonly power?: boolean; readonly down: number }
    /** `patience`: the time after which a supervisor kills it all the same, ms. */
    | { readonly do: "stop"; readonly down: number; readonly wipe?: boolean; readonly patience?: number }
    | { readonly do: "fault"; readonly fault: NetworkFault }
    | { readonly do: "disk-full"; readonly for: number }
    | { readonly do: "rename"; readonly host: string }
    /** The user pastes the portal's present address, and deploys. */
    | { readonly do: "paste"; readonly type: DeployType }
    | { readonly do: "code-beside-id"; readonly type: DeployType }
    | { readonly do: "clock"; readonly ahead: number }
    /** Another program reads the bot's events for a while. */
    | { readonly do: "reader"; readonly for: number; readonly every: number }
    | { readonly do: "busy-address"; readonly requests: number }
    /** A message to an action node from elsewhere in the flow, once for each of so many other dialogs. */
    | { readonly do: "other-dialogs"; readonly count: number; readonly node: string }
  );

/** What one simulated user goes through. */
export interface Script {
  readonly name?: string;
  /** What it once broke. */
  readonly broke?: string;
  /** Which invariants it is about. */
  readonly about?: readonly string[];
  /** The seed that found it, or how it came about. */
  readonly found?: string;
  readonly seed: number;
  /** How long it lasts, ms, without the quiet time at its end. */
  readonly length: number;
  readonly flow: FlowSpec;
  /** The bot stays in the chat when an operator takes the dialog. */
  readonly botStays: boolean;
  /** Nothing can be stored. */
  readonly memoryOnly?: boolean;
  readonly steps: readonly Step[];
}
