import { isObject } from "../../rest/envelope";
import type { Delivery } from "../events/delivery";
import { withoutSecrets } from "../events/strip-secrets";
import type { Dialog } from "./dialogs";
import type { Journal, Line, Loaded } from "./journal";
import { Known } from "./known";
import { at, beginLine, contentLine, dialogValues, eventLine, handoverLine, keyIn, linesOf, resultLine } from "./lines";
import { readOldState } from "./old-state";
import {
  fetchedId,
  type EventEntry,
  type EventFacts,
  type Handover,
  type Meta,
  type NewIntent,
  type Recorded,
} from "./records";
import { isOpen } from "./transitions";

/** How long records of an event's calls are kept after it is done, ms: as long as the portal remembers a templateId. */
const RECORDS_LIFE = 3_600_000;
/** How long a posted event is known after it is done, ms. */
const KNOWN_FOR = 24 * 3_600_000;
/** How many posted events are known. */
const MOST_POSTED = 5_000;
/** Fetched events that are known although their records are gone: by them the portal is recognized, whatever a clock says. */
const MOST_FETCHED = 500;
/** The journal's clock: moments are written this exactly, ms. */
const TICK = 30_000;
const PRUNE_EVERY = 60_000;

const SNAPSHOT_VERSION = 2;

/** Everything the engine knows. It changes by lines only, which the journal keeps, so that a start comes to the same. */
export class Ledger extends Known {
  readonly #journal: Journal;
  readonly #now: () => number;
  /** Something was here already at the start. */
  hasSurvived = false;
  #prunedAt = 0;

  constructor(journal: Journal, now: () => number) {
    super();
    this.#journal = journal;
    this.#now = now;
  }

  /**
   * Takes over what an earlier start has left. Everything that was open is adrift then: its messages are gone.
   * @returns whether the snapshot could be read, if there was one
   */
  restore({ snapshot, lines, isDamaged, hasSurvived }: Loaded): boolean {
    this.hasSurvived = hasSurvived;
    const isReadable = snapshot === null || (isObject(snapshot) && this.#readSnapshot(snapshot));
    for (const line of lines) this.apply(line);
    for (const event of this.events.values()) {
      for (const intent of event.intents) if (intent && !intent.recorded) intent.isCutOff = true;
      if (isDamaged && event.doneAt === 0) event.isDoubtful = true;
      for (const handover of event.handovers) if (isOpen(handover.state)) handover.state = "adrift";
      if (event.doneAt === 0 && !this.#isSomewhere(event)) this.#giveUp(event);
    }
    this.prune(true);
    return isReadable;
  }

  /** Whether the journal or the portal has the content of an open event. */
  #isSomewhere({ key, content }: EventEntry): boolean {
    const id = fetchedId(key);
    return content !== null || (id !== null && id >= this.cursor);
  }

  /** Nobody knows what it said. A post that was not answered comes again, unless a flow has had it. */
  #giveUp(event: EventEntry): void {
    this.close(event);
    if (event.handovers.length === 0) this.events.delete(event.key);
  }

  /** Whether what is recorded survives the process. */
  get isDurable(): boolean {
    return this.#journal.isReliable;
  }

  noteEvent(event: EventFacts, content: Delivery): void {
    this.#commit(eventLine(event));
    const noted = this.events.get(event.key);
    if (!noted) return;
    noted.content = content;
    noted.notedAt = this.#now();
  }

  /** The journal keeps the content, but for what is secret in it, so that the portal may forget the event. */
  keepContent(key: string, content: Delivery): void {
    this.#commit(contentLine(key, { ...content, data: withoutSecrets(content.data) }));
  }

  /** @param replaced number of the hand-over in whose place this one is, 0 for none */
  giveOut(key: string, handover: Pick<Handover, "number" | "eventNode" | "output" | "epoch">, replaced = 0): Handover {
    this.#introduce(handover.eventNode);
    // One line: with a half of it the event would be nobody's, or go out twice.
    this.#commit(handoverLine(this.names, key, handover, replaced));
    const given = this.events.get(key)?.handovers.at(-1);
    if (!given) throw new Error(`no event ${key}`);
    given.epoch = handover.epoch;
    return given;
  }

  /** One hand-over is done; the event itself when `number` is 0. */
  finish(key: string, number: number): void {
    this.#commit(["d", keyIn(key), number]);
  }

  /** A done event counts again, and the portal must not forget it meanwhile. */
  reopen(key: string, number: number): void {
    this.#commit(["a", keyIn(key), number]);
    const id = fetchedId(key);
    if (id !== null && id < this.cursor) this.#commit(["c", id]);
  }

  moveCursor(cursor: number): void {
    if (cursor !== this.cursor) this.#commit(["c", cursor]);
  }

  /** @returns the intent's index within its event */
  begin(key: string, intent: NewIntent): number {
    for (const name of [intent.eventNode, intent.node, intent.method]) this.#introduce(name);
    const event = this.events.get(key);
    if (!event) return -1;
    this.#commit(beginLine(this.names, event, intent));
    return event.intents.length - 1;
  }

  end(key: string, index: number, recorded: Recorded): void {
    this.#introduce(recorded.method);
    this.#commit(resultLine(this.names, key, index, recorded));
  }

  /** It was not sent after all. */
  drop(key: string, index: number): void {
    this.#commit(["x", keyIn(key), index]);
  }

  setDialog(chatId: number, dialog: Dialog): void {
    this.#commit(["o", chatId, ...dialogValues(dialog, this.moment)]);
  }

  setMeta(change: Partial<Meta>): void {
    this.#commit(["m", change]);
  }

  /** Forgets what belongs to another bot; the token stays, because only it opens the bot that was made with it. */
  forgetBot(): void {
    if (this.events.size > 0 || this.cursor > 0 || this.meta.botId !== null) this.#commit(["z"]);
  }

  /** What a new start has to know, as the lines that come to it. */
  snapshot(): unknown {
    this.prune(true);
    return { version: SNAPSHOT_VERSION, lines: [...this.#lines()] };
  }

  *#lines(): Generator<Line> {
    const clock = { moment: 0 };
    yield ["m", this.meta];
    for (const [name, number] of this.names.entries()) yield ["n", name, number];
    yield* at(this.cursorMovedAt, clock);
    yield ["c", this.cursor];
    for (const [chatId, dialog] of this.dialogs.entries()) yield ["o", chatId, ...dialogValues(dialog, 0)];
    for (const event of this.events.values()) yield* linesOf(event, this.names, clock);
    yield ["t", Math.round(this.moment / 1000)];
  }

  /** Forgets what nobody will ask for any more. */
  prune(isDue = false): void {
    const now = this.#now();
    if (!isDue && now - this.#prunedAt < PRUNE_EVERY) return;
    this.#prunedAt = now;
    const old: Record<"posted" | "fetched", string[]> = { posted: [], fetched: [] };
    for (const event of this.events.values()) {
      if (event.doneAt === 0 || event.handovers.some(({ working }) => working > 0)) continue;
      const age = now - event.doneAt;
      const id = fetchedId(event.key);
      if (age > RECORDS_LIFE) {
        event.intents.length = 0;
        event.handovers.length = 0;
      }
      if (id === null && age > KNOWN_FOR) this.events.delete(event.key);
      else if (id === null) old.posted.push(event.key);
      else if (age > RECORDS_LIFE && id < this.cursor) old.fetched.push(event.key);
    }
    for (const key of old.posted.slice(0, -MOST_POSTED)) this.events.delete(key);
    for (const key of old.fetched.slice(0, -MOST_FETCHED)) this.events.delete(key);
  }

  /** Gives a name its number before it is written the first time. */
  #introduce(name: string): void {
    const number = this.names.next(name);
    // With its number: a line that was lost must not give others another meaning.
    if (number !== null) this.#commit(["n", name, number]);
  }

  #commit(line: Line): void {
    const now = this.#now();
    if (now - this.moment >= TICK || now < this.moment) this.#record(["t", Math.floor(now / 1000)]);
    this.#record(line);
  }

  #record(line: Line): void {
    this.apply(line);
    this.#journal.record(line);
  }

  /** @returns whether it is a snapshot of ours, or of version 0.1.0 */
  #readSnapshot(saved: Record<string, unknown>): boolean {
    const old = readOldState(saved, this.#now());
    if (old) this.moment = old.moment;
    const lines: unknown = old ? old.lines : saved["version"] === SNAPSHOT_VERSION ? saved["lines"] : null;
    if (!Array.isArray(lines)) return false;
    for (const line of lines as unknown[]) if (Array.isArray(line)) this.apply(line as unknown as Line);
    return true;
  }
}
