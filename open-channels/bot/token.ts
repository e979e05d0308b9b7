/** A bot's token may have this many characters. [D api-reference/chat-bots/chat-bots-v2/change-log.md] */
export const LONGEST_TOKEN = 40;

/** Characters from which a token cannot be found out by trying; shorter ones are words that others think up as well. */
export const SHORTEST_TOKEN = 16;

/** Whether somebody could find out a bot's token by trying; whoever has it can act as the bot. */
export const isWeakToken = (token: string): boolean => token !== "" && token.length < SHORTEST_TOKEN;
