/** Whose turn it is in a conversation: the bot's, nobody's yet after a handover, people's, or nobody's any more. */
export type Owner = "bot" | "waiting" | "human" | "closed";
