import type { JsonObject } from "../../rest/envelope";

/** An event as one of the three deliveries hands it over. */
export interface Delivery {
  /** The portal's own name; empty where it could not be read. */
  readonly name: string;
  /** The queue's id, when it was fetched. */
  readonly id: number | string | null;
  /** ISO text or Unix seconds. */
  readonly date: unknown;
  readonly data: JsonObject;
}

/** What became of posted events: taken into safety, known already, or turned away because nobody takes them. */
export type Acceptance = "new" | "known" | "full";

/** Whether bot platform 2.0 reports it. [D api-reference/chat-bots/chat-bots-v2/imbot.v2/events] */
export const isNewGeneration = (name: string): boolean => name.toUpperCase().startsWith("ONIMBOTV2");
