import type { Outcomes } from "../../rest/codes";

/** Why there is no bot, or not yet; beside what the portal answers to its registration. */
export const BOT_ERRORS = {
  BOT_NOT_FOUND: ["not-sent", "refused"],
  BOT_NOT_READY: "not-sent",
  BOT_PLATFORM_OLD: "not-sent",
  BOT_REGISTER_FAILED: ["not-sent", "refused"],
  BOT_TOKEN_INVALID_LENGTH: ["not-sent", "refused"],
  PUBLIC_URL_MISSING: "not-sent",
} as const satisfies Readonly<Record<string, Outcomes>>;

export type BotCode = keyof typeof BOT_ERRORS;
