import type { Outcomes } from "../../rest/codes";

/** What the routes of the dialogs refuse themselves. */
export const ADMIN_ERRORS = {
  ADDRESS_NOT_STORED: "not-sent",
  VARIABLE_NOT_STORED: "not-sent",
  TOKEN_OF_OTHER_PORTAL: "not-sent",
  BOT_CODE_REQUIRED: ["not-sent", "refused"],
  BOT_PROPERTIES_REQUIRED: ["not-sent", "refused"],
  BOT_TOKEN_NOT_SPECIFIED: ["not-sent", "refused"],
  BOT_TOKEN_TOO_SHORT: "not-sent",
  PUBLIC_URL_MISSING: "not-sent",
} as const satisfies Readonly<Record<string, Outcomes>>;

export type AdminCode = keyof typeof ADMIN_ERRORS;
