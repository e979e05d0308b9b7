/** What every method of bot platform 2.0 answers that acts for one bot. */
export const OF_A_BOT = ["BOT_TOKEN_NOT_SPECIFIED", "BOT_ID_REQUIRED", "BOT_NOT_FOUND", "BOT_OWNERSHIP_ERROR"] as const;

/** What every method answers that acts in one chat as the webhook's owner. */
export const OF_A_CHAT = ["CHAT_ID", "CHAT_TYPE", "ACCESS_DENIED", "USER_ID"] as const;

/** Codes of methods, and of their older versions, that no list shows; they have texts all the same. */
export const RARE_METHOD_ERRORS = {
  "event.bind": [
    "ERROR_EVENT_NOT_FOUND",
    "ERROR_UNSUPPORTED_PROTOCOL",
    "ERROR_WRONG_HANDLER_URL",
    "ERROR_HANDLER_URL_MATCH",
  ],
  "imbot.register": ["EVENT_CONTEXT_GET_ERROR", "FETCH_NOT_SUPPORTED"],
} as const;
