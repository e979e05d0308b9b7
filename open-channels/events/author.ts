import { entityFields } from "./dialog-line";
import type { BotEvent } from "./event";
import { readParts, type Parts } from "./generations";
import { flag, isSaid, number, object, text } from "./parts";

/**
 * Who caused an event: the client of the dialog, a person of the company, a bot, or the portal itself. `unknown` where
 * neither the details of the user nor the dialog say which.
 */
export type Author = "client" | "person" | "bot" | "system" | "unknown";

/**
 * Says whose event it is. What the portal says about the user decides; where it says nothing, because the user could
 * not be loaded or the event carries no flags, the dialog's own entity id names its client.
 * @param event as `decodeEvent` returns it
 * @param botId our bot, null while it is not known
 * @returns never fails; `unknown` is an answer too
 */
export function authorOf({ conversation }: BotEvent, botId: number | null): Author {
  return authorIn(readParts(conversation.event.name, object(conversation.raw), botId), botId ?? conversation.bot.id);
}

/** The same for parts that have been found already. */
export function authorIn({ author, entityId }: Parts, botId: number | null): Author {
  const userId = number(author.id);
  if (userId === 0 || flag(author.isSystem)) return "system";
  if (userId === null || userId < 0) return "unknown";
  if (userId === botId || flag(author.isBot) || author.authId === "bot") return "bot";
  if (isSaid(author.isConnector)) return flag(author.isConnector) ? "client" : "person";
  if (text(author.authId) !== null) return author.authId === "imconnector" ? "client" : "person";
  return number(entityFields(entityId)[3]) === userId ? "client" : "unknown";
}

/** What PHP's own `trim` takes away, which leaves a no-break space where it is. */
const PHP_SPACES = " \t\n\r\0\v";

/**
 * Whether the portal itself hands the dialog over because of this message: the text is `0` after the server's trim.
 * [S im/lib/bot.php]
 * @param words the payload of a message; what is no text hands nothing over
 */
export function isHandoverZero(words: unknown): boolean {
  if (typeof words !== "string") return false;
  const at = words.indexOf("0");
  const rest = at < 0 ? words : words.slice(0, at) + words.slice(at + 1);
  return at >= 0 && [...rest].every((letter) => PHP_SPACES.includes(letter));
}
