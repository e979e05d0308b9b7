import { isObject } from "../../rest/envelope";
import { Dialogs } from "./dialogs";
import type { Line } from "./journal";
import { Names, newEvent, readContent, readDialog, readIntent, readResult } from "./lines";
import { fetchedId, type EventEntry, type Meta } from "./records";
import { isOpen, type HandoverState } from "./transitions";

/** What the journal's lines amount to: the same at work and at a start. */
export class Known {
  readonly events = new Map<string, EventEntry>();
  /** Those that are not done, the oldest first. */
  readonly open = new Map<string, EventEntry>();
  readonly dialogs = new Dialogs();
  meta: Meta = { token: "", handlerUrl: "", botId: null, portalBase: "", tokenMark: "" };
  /** Fetched events below this are done, or in the journal's custody. */
  cursor = 0;
  /** When the cursor was moved last, ms. */
  cursorMovedAt = 0;
  protected readonly names = new Names();
  /** The journal's clock, ms. */
  protected moment = 0;

  /** Takes a line in. Lines that fit nothing are left out. */
  protected apply(line: Line): void {
    const [kind, ...values] = line;
    const [first, second] = values;
    switch (kind) {
      case "t":
        this.moment = Number(first) * 1000;
        return;
      case "n":
        this.names.add(String(first), Number(second));
        return;
      case "m":
        this.meta = { ...this.meta, ...(isObject(first) && (first as Partial<Meta>)) };
        return;
      case "z":
        this.#forgetAll();
        return;
      case "c":
        this.#passCursor(Number(first));
        return;
      case "o":
        this.dialogs.set(Number(first), readDialog(values.slice(1), this.moment));
        return;
      case "e":
        this.#add(newEvent(values, this.moment));
        return;
      default: {
        const event = this.events.get(String(first));
        if (event) this.#applyTo(event, line);
      }
    }
  }

  /** Takes in a line about an event that is known. */
  #applyTo(event: EventEntry, [kind, ...values]: Line): void {
    const number = Number(values[1]);
    switch (kind) {
      case "k":
        Object.assign(event, { inCustody: true, content: readContent(values) });
        return;
      case "h":
        this.#addHandover(event, values);
        return;
      case "p":
        setState(event, number, "replaced");
        return;
      case "a":
        setState(event, number, "held");
        this.#add(Object.assign(event, { doneAt: 0 }));
        return;
      case "d":
        if (number > 0) setState(event, number, "done");
        if (number === 0 || !event.handovers.some(({ state }) => isOpen(state))) this.close(event);
        return;
      case "q":
        event.isDoubtful = true;
        return;
      case "b":
        event.intents.push(readIntent(this.names, values, event.chatId, this.moment));
        return;
      case "r":
        this.#recordResult(event, number, values);
        return;
      case "x":
        if (number < event.intents.length) event.intents[number] = null;
    }
  }

  #add(event: EventEntry): void {
    this.events.set(event.key, event);
    this.open.set(event.key, event);
  }

  #addHandover(event: EventEntry, values: readonly unknown[]): void {
    setState(event, Number(values[4]), "replaced");
    event.handovers.push({
      number: Number(values[1]),
      eventNode: this.names.read(values[2] ?? 0),
      output: values[3] === 1 ? 1 : 0,
      state: "offered",
      working: 0,
      epoch: -1,
    });
  }

  #recordResult(event: EventEntry, index: number, values: readonly unknown[]): void {
    const intent = event.intents[index];
    if (intent) intent.recorded = readResult(this.names, values);
  }

  #forgetAll(): void {
    this.events.clear();
    this.open.clear();
    for (const [chatId] of [...this.dialogs.entries()]) this.dialogs.delete(chatId);
    this.cursor = 0;
    this.meta = { ...this.meta, botId: null, handlerUrl: "" };
  }

  /** The event is done. */
  protected close(event: EventEntry): void {
    // Zero means that it is open, also where the line with the time was lost.
    event.doneAt = Math.max(1, this.moment);
    this.open.delete(event.key);
    event.inCustody = false;
    event.content = null;
    for (const handover of event.handovers) if (isOpen(handover.state)) handover.state = "done";
  }

  /** What the cursor passes is done, unless the journal has it in custody. */
  #passCursor(cursor: number): void {
    this.cursor = cursor;
    this.cursorMovedAt = this.moment;
    for (const event of this.open.values()) {
      const id = fetchedId(event.key);
      if (id !== null && id < cursor && !event.inCustody) this.close(event);
    }
  }
}

function setState(event: EventEntry, number: number, state: HandoverState): void {
  const handover = event.handovers.find((one) => one.number === number);
  if (handover) handover.state = state;
}
