import type { EventEntry } from "./records";

/** Tells which events from before a start without memory somebody else may have answered. */
export class Strangers {
  #until = 0;
  /** Chats into which the bot was asked by an event that nobody has confirmed. */
  readonly #unread = new Set<number>();
  /** The beginning of some conversation was confirmed, so there is a reader, who may also have answered what is left. */
  #hasReader = false;

  /** Events from before `moment` (ms) were known to nobody here. */
  treatAllBefore(moment: number): void {
    // The portal's dates are whole seconds.
    this.#until = Math.floor(moment / 1000) * 1000;
  }

  /** An event of a chat came. What is confirmed first is the beginning: where it is missing, somebody has done so. */
  seen(topic: string, chatId: number): void {
    if (this.#until === 0) return;
    if (topic === "join") this.#unread.add(chatId);
    else if (!this.#unread.has(chatId)) this.#hasReader = true;
  }

  has({ content, chatId }: EventEntry): boolean {
    if (this.#until === 0) return false;
    if (!this.#hasReader && chatId !== null && this.#unread.has(chatId)) return false;
    return Date.parse(String(content?.date)) < this.#until;
  }

  /** What comes from now on is news, whatever the two clocks say. */
  forget(): void {
    this.#until = 0;
    this.#unread.clear();
    this.#hasReader = false;
  }
}
