/** How a simulated user's flow is made, and what clients' messages make it do. Plain JSON, so that scripts can be kept. */

/** What *call* is used for. */
export type CallKind = "record" | "operator-lower" | "operator-batch" | "message" | "finish" | "transfer-lower";

/** What becomes of an error: not wired, looked at, or what is `not-sent` tried again after four seconds. */
export type Errors = "none" | "sink" | "retry";

export type Element =
  | { readonly el: "delay" }
  /** A function that waits, as one that asks a language model does. */
  | { readonly el: "think" }
  | { readonly el: "link" }
  /** Another part of the flow is called, and waits for a while itself. */
  | { readonly el: "subroutine" }
  | { readonly el: "db" }
  | { readonly el: "drop" }
  /** A text for the client. */
  | { readonly el: "say"; readonly label: string }
  /** Two texts in one turn, through the same nodes. */
  | { readonly el: "two"; readonly labels: readonly [string, string] }
  /** Keeps the conversation and writes again later; `same`: in the same words. */
  | { readonly el: "keep"; readonly same?: boolean }
  | {
      readonly el: "send" | "auto" | "operator" | "transfer" | "finish";
      readonly errors: Errors;
      readonly over?: boolean;
      readonly to?: "user" | "line";
    }
  | { readonly el: "call"; readonly errors: Errors; readonly what: CallKind }
  | { readonly el: "fork"; readonly branches: readonly Chain[] };

/** Nodes behind each other. */
export type Chain = readonly Element[];

export interface FlowSpec {
  readonly mode: "fetch" | "webhook";
  /** How the config node names the bot. */
  readonly bot: "id" | "code";
  readonly pollInterval: number;
  readonly confirm: "handled" | "received";
  /** Seconds. */
  readonly confirmTimeout: number;
  readonly chains: readonly Chain[];
  /** What happens to events while people have the dialog; absent: output 2 is not wired. */
  readonly people?: Chain;
  /** A second event node with a flow of its own. */
  readonly second?: Chain;
  readonly catches?: boolean;
}

/** What one event makes the flow do. */
export interface Plan {
  readonly chain: number;
  /** How long *delay* and *think* hold it, ms. */
  readonly wait?: number;
  /** On a later delivery the words are others. */
  readonly reword?: boolean;
  /** On a later delivery the two texts come in the other order. */
  readonly swap?: boolean;
  /** When a kept conversation is written to again, ms after the event. */
  readonly reminders?: readonly number[];
}
