import type { JsonObject } from "../../rest/envelope";
import type { ActionCallOptions, ActionSuccess } from "../engine/work";
import type { Reading, Warn } from "./reading";

export { firstOf, invalid, type Found, type Reading } from "./reading";

/** A property saved as a pair of value and type. */
export interface PairDeclaration {
  /** The REST names under which a payload may carry the value. */
  readonly names: readonly string[];
  /** Where "from message" looks after the payload: the conversation's chat, or the payload itself when it is text. */
  readonly fallback?: "chatId" | "payload";
}

/** A plain property. */
export interface OptionDeclaration {
  readonly default: string | boolean;
  /** The REST name under which a payload overrules the property. */
  readonly name?: string;
}

/** The bot in whose name a portal's config node acts. */
export interface Bot {
  /** Its number on the portal, or null when the config node names none. */
  id(): Promise<number | null>;
  /** Its token, which is also the CLIENT_ID of transfer and finish; empty when there is none. */
  readonly token: string;
}

/** The portal as an action sees it: what it calls for a message runs once, however often the message's event comes. */
export interface ActionPortal {
  /** @throws CallError */
  call(method: string, params: JsonObject, options?: ActionCallOptions): Promise<ActionSuccess>;
}

/** What an operation may use. */
export interface RunContext {
  readonly portal: ActionPortal;
  readonly bot: Bot;
  readonly signal: AbortSignal;
  readonly warn: Warn;
  /** Hands over one page of many. */
  readonly page: (page: Page) => void;
}

/** One page of a long list; `count` is known with the last one. */
export interface Page extends ActionSuccess {
  readonly index: number;
  readonly count: number | null;
}

/** What an operation gets: readings of its pairs, plain properties as they are in force. */
export interface Input<PairName extends string, OptionName extends string> {
  readonly pairs: Readonly<Record<PairName, Reading>>;
  readonly options: Readonly<Record<OptionName, unknown>>;
}

/**
 * An action as data: what its node reads and what it does with it. `run` rejects with CallError only; it resolves with
 * null when it has handed over everything as pages.
 */
export interface Operation<PairName extends string = string, OptionName extends string = string> {
  readonly type: `bitrix24-${string}`;
  readonly pairs: Readonly<Record<PairName, PairDeclaration>>;
  readonly options: Readonly<Record<OptionName, OptionDeclaration>>;
  /** The pairs that matter with these options; all of them when absent. */
  uses?(options: Readonly<Record<OptionName, unknown>>): readonly PairName[];
  /** The name under which texts for this use of the operation are filed. */
  variant?(options: Readonly<Record<OptionName, unknown>>): string;
  run(context: RunContext, input: Input<PairName, OptionName>): Promise<ActionSuccess | null>;
}

/** Lets the compiler infer the names that `run` may use. */
export const operation = <PairName extends string, OptionName extends string>(
  declaration: Operation<PairName, OptionName>,
): Operation<PairName, OptionName> => declaration;

/** How calls that concern one chat keep their order. */
export const chatKey = (chatId: number): string => `chat${chatId}`;
