import { EventIntents } from "../../../../open-channels/engine/intents";
import type { EventEntry, Handover, Intent } from "../../../../open-channels/engine/records";
import { Owners } from "../../../../open-channels/engine/owners";
import { Work, type ActionCallOptions, type ActionSuccess, type Held } from "../../../../open-channels/engine/work";
import type { JsonObject } from "../../../../rest/envelope";
import { CallError } from "../../../../rest/errors";
import { FakePortal } from "./fake-portal";
import { delivery, restarted, start, type Kept } from "./ledger-state";
import "../../../support/declarations";

export const CHAT = 101;
export const SESSION = 343;
export const SEND = "imbot.v2.Chat.Message.send";
export const OPERATOR = "imopenlines.bot.session.operator";
export const FINISH = "imopenlines.bot.session.finish";

/** Where actions make their calls: a ledger, its owners, and a portal. */
export class Desk {
  readonly kept: Kept;
  readonly owners: Owners;
  readonly portal: FakePortal;
  readonly #intents = new Map<EventEntry, EventIntents>();

  constructor(kept: Kept = start()) {
    this.kept = kept;
    this.owners = new Owners(kept.ledger, () => kept.clock.now());
    this.portal = new FakePortal(kept.clock);
  }

  /** The process dies, and another one begins. */
  async restart(): Promise<Desk> {
    return new Desk(await restarted(this.kept));
  }

  /** Hands an event out, once more if it is known. */
  deliver(key = "5", eventNode = "event"): Held {
    const { ledger } = this.kept;
    const facts = { key, chatId: CHAT, sessionId: SESSION, messageId: 9_001, personBefore: 0 };
    if (!ledger.events.has(key)) ledger.noteEvent(facts, delivery(Number(key) || null, "Hello"));
    const number = (ledger.events.get(key)?.handovers.length ?? 0) + 1;
    return this.held(key, ledger.giveOut(key, { number, eventNode, output: 0, epoch: 0 }));
  }

  held(key: string, handover: Handover): Held {
    const event = this.kept.ledger.events.get(key);
    if (!event) throw new Error(`no event ${key}`);
    const intents = this.#intents.get(event) ?? new EventIntents(event);
    this.#intents.set(event, intents);
    return { event, handover, intents };
  }

  work(held: Held | null, node = "node"): Work {
    const { ledger, journal, clock } = this.kept;
    const parts = {
      ...{ ledger, owners: this.owners, now: () => clock.now() },
      written: () => journal.written(),
      synced: () => journal.synced(),
    };
    return new Work(parts, this.portal, node, held, held?.event ?? null);
  }

  intents(key = "5"): (Intent | null)[] {
    return [...(this.kept.ledger.events.get(key)?.intents ?? [])];
  }

  /** The texts that clients got, repeats with the same key once. */
  get said(): string[] {
    const byKey = new Map<unknown, string>();
    for (const { method, params } of this.portal.requests)
      if (method === SEND) byKey.set(params["templateId"], String(params["message"]));
    return [...byKey.values()];
  }

  get keys(): unknown[] {
    return this.portal.requests.map(({ params }) => params["templateId"]);
  }
}

/** A bot message as `send` makes it. */
export function say(work: Work, message: string, options: Partial<ActionCallOptions> = {}): Promise<ActionSuccess> {
  const params = { dialogId: `chat${CHAT}`, message };
  return work.call(SEND, params, {
    ...{ kind: "message", chatId: CHAT, safe: true, yieldsTo: "people" },
    keyed: (key) => ({ ...params, templateId: key }),
    ...options,
  });
}

/** Any other call for the dialog. */
export const act = (work: Work, method: string, params: JsonObject = {}): Promise<ActionSuccess> =>
  work.call(
    method,
    { CHAT_ID: CHAT, ...params },
    { chatId: CHAT, yieldsTo: "people", kind: method === OPERATOR ? "operator" : "other" },
  );

/** How a call ended: `ok`, with `repeated` where it was, or the error's outcome and code. */
export async function endOf(call: Promise<ActionSuccess>): Promise<string> {
  try {
    const { repeated } = await call;
    return repeated ? "ok repeated" : "ok";
  } catch (error) {
    if (error instanceof CallError) return `${error.outcome} ${error.code}`;
    throw error;
  }
}
