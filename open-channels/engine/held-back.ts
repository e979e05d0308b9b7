import type { Outcomes } from "../../rest/codes";

/** Errors of calls that yield to people, or to the end of the session: declare them with an action whose call does. */
export const HELD_BACK = {
  PEOPLE_HAVE_THE_DIALOG: "not-sent",
  SESSION_OVER: "not-sent",
} as const satisfies Readonly<Record<string, Outcomes>>;

/** Why a call is held back. */
export type HoldBack = keyof typeof HELD_BACK;
