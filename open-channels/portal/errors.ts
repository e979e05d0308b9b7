import type { Outcomes } from "../../rest/codes";

/** Why lines are not changed, beside what the portal answers. */
export const LINE_ERRORS = {
  BOT_ID_REQUIRED: ["not-sent", "refused"],
  LINE_TIME: "not-sent",
  LINES_CHANGED: "not-sent",
} as const satisfies Readonly<Record<string, Outcomes>>;

export type LineCode = keyof typeof LINE_ERRORS;
