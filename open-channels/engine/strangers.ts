import type { EventEntry } from "./records";

/** Tells which events from before a start without memory somebody else may have answered. */
export class Strangers {
  #until = 0;
  /** Chats into which the bot was asked by an event that nobody has confirmed: nobody can have answered there. */
  readonly #unread = new Set<number>();

  /** Events from before `moment` (ms) were known to nobody here. */
  treatAllBefore(moment: number): void {
    // The portal's dates are whole seconds.
    this.#until = Math.floor(moment / 1000) * 1000;
  }

  /** The bot was asked into a chat. */
  joined(chatId: number): void {
    if (this.#until > 0) this.#unread.add(chatId);
  }

  has({ content, chatId }: EventEntry): boolean {
    if (this.#until === 0 || (chatId !== null && this.#unread.has(chatId))) return false;
    return Date.parse(String(content?.date)) < this.#until;
  }

  /** What comes from now on is news, whatever the two clocks say. */
  forget(): void {
    this.#until = 0;
    this.#unread.clear();
  }
}
