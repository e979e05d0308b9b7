import type { BotEvent } from "../events/event";
import { authorOf, isHandoverZero } from "../events/author";
import { newDialog, pastAfter, pastOf, pastWithPerson, type Dialog } from "./dialogs";
import type { HoldBack } from "./held-back";
import type { Ledger } from "./ledger";
import type { Meaning, Owner } from "./meaning";
import type { EventFacts } from "./records";

/** Knows whose turn it is in each conversation, from what was seen and from what this package's calls did. */
export class Owners {
  readonly #ledger: Ledger;
  readonly #now: () => number;

  constructor(ledger: Ledger, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  of(chatId: number | null): Owner {
    return (chatId === null ? undefined : this.#ledger.dialogs.get(chatId)?.owner) ?? "bot";
  }

  /** Whose turn it is in the session of an event, which may be an earlier one than the session that runs. */
  ofSession({ chatId, sessionId }: EventFacts): Owner {
    const dialog = chatId === null ? undefined : this.#ledger.dialogs.get(chatId);
    if (!dialog) return "bot";
    return isEarlier(dialog, sessionId) ? (pastOf(dialog, sessionId)?.owner ?? "closed") : dialog.owner;
  }

  /** The highest id of a message by which a person has acted in a session; where it is not said, in the one that runs. */
  personIn({ chatId, sessionId }: Pick<EventFacts, "chatId" | "sessionId">): number {
    const dialog = chatId === null ? undefined : this.#ledger.dialogs.get(chatId);
    if (!dialog) return 0;
    return isEarlier(dialog, sessionId) ? (pastOf(dialog, sessionId)?.person ?? 0) : dialog.person;
  }

  /** Learns what an event shows. Call it once per event, before any event of its page is handed to a flow. */
  observe(event: BotEvent, botId: number | null): void {
    const { topic, payload, conversation } = event;
    const { chatId, line, isOpenChannel, messageId } = conversation;
    if (chatId === null || !isOpenChannel) return;
    const session = line?.sessionId ?? null;
    const known = this.#ledger.dialogs.get(chatId);
    if (known && isEarlier(known, session)) return this.#observeLate(chatId, known, event, session, botId);
    let dialog = this.#inSession(known ?? newDialog(this.#now()), topic, session);
    const author = topic === "message" || topic === "command" ? this.#authorOf(event, dialog, botId) : null;
    const client = author === "client" ? (conversation.user?.id ?? null) : null;
    if (client !== null && client !== dialog.client) dialog = { ...dialog, client };
    // A client who writes after a session was closed, as an answer to the rating, has opened it again.
    if (author === "client" && session !== null && dialog.over >= session && isLater(conversation.event.date, dialog))
      dialog = { ...dialog, over: session - 1 };
    if (topic === "session-finish") dialog = this.#give(dialog, "closed", "portal");
    else if (author === "person") dialog = this.#taken(dialog, messageId ?? 0);
    // The portal itself hands over when a client writes just this. [S im/lib/bot.php]
    else if (topic === "message" && author === "client" && isHandoverZero(payload) && dialog.owner !== "human")
      dialog = this.#give(dialog, "waiting", "portal");
    if (dialog !== known && (known || dialog.session !== null || dialog.owner !== "bot" || dialog.client !== null))
      this.#set(chatId, known, dialog);
  }

  /** An event of an earlier session can only say more about that one. */
  #observeLate(chatId: number, known: Dialog, event: BotEvent, session: number, botId: number | null): void {
    const isPerson = event.topic === "message" && this.#authorOf(event, known, botId) === "person";
    const past = isPerson ? pastWithPerson(known, session, event.conversation.messageId ?? 0) : known.past;
    if (past !== known.past) this.#set(chatId, known, { ...known, past });
  }

  #authorOf(event: BotEvent, dialog: Dialog, botId: number | null): "client" | "person" | "other" {
    const author = authorOf(event, botId);
    if (author === "client" || author === "person") return author;
    const userId = event.conversation.user?.id ?? null;
    // Somebody without details: a person only when somebody else is known to be the client.
    if (author !== "unknown" || userId === null) return "other";
    return dialog.client === null || dialog.client === userId ? "client" : "person";
  }

  /** The dialog as it is in `session`: a new session is the bot's again. */
  #inSession(dialog: Dialog, topic: string, session: number | null): Dialog {
    if (session === null) {
      // The bot is asked in at the beginning of a session; the older API does not say which.
      const begins = topic === "session-start" || topic === "join";
      return begins && dialog.owner !== "bot" ? { ...this.#give(dialog, "bot", "portal"), person: 0 } : dialog;
    }
    if (dialog.session === session) return dialog;
    if (dialog.session === null) {
      const isOpen = dialog.owner !== "closed";
      return isOpen ? { ...dialog, session } : { ...newDialog(this.#now()), session, client: dialog.client };
    }
    return {
      ...newDialog(this.#now()),
      session,
      client: dialog.client,
      over: Math.max(dialog.over, dialog.session),
      past: pastAfter(dialog),
    };
  }

  /** A call succeeded, or may have run: what it means for its conversations. */
  afterCall(meanings: readonly Meaning[], isCertain: boolean, eventKey: string | null): void {
    for (const { chatId, owner } of meanings) {
      const known = this.#ledger.dialogs.get(chatId);
      const before = known ?? newDialog(this.#now());
      // In doubt only towards people: a bot that is silent can be woken, one that talks over a person cannot be unheard.
      if (!isCertain && owner === "closed") continue;
      if (!isCertain && owner === "waiting" && before.owner === "human") continue;
      const cause = eventKey === null ? "portal" : (`event ${eventKey}` as const);
      this.#set(chatId, known, this.#give(before, owner, cause));
    }
  }

  /** Puts a conversation into the hands that somebody chose for it. */
  assign(chatId: number, owner: Owner): void {
    const known = this.#ledger.dialogs.get(chatId);
    const dialog = this.#give(known ?? newDialog(this.#now()), owner, "portal");
    this.#set(chatId, known, owner === "bot" ? { ...dialog, person: 0 } : dialog);
  }

  /**
   * Whether a call that was made because of an event must stay back by now.
   * @param facts of the event
   * @param chatId the conversation that the call goes to
   * @param overPeople the flow's author wants it to go out although people have the conversation
   */
  heldBack(facts: EventFacts, chatId: number, overPeople: boolean): HoldBack | null {
    const dialog = this.#ledger.dialogs.get(chatId);
    if (!dialog) return null;
    const isOwn = facts.chatId === chatId;
    if (isOwn && facts.sessionId !== null && isOver(dialog, facts.sessionId)) return "SESSION_OVER";
    if (overPeople) return null;
    const isWithPeople = isOwn
      ? dialog.person > (facts.messageId ?? facts.personBefore)
      : dialog.owner === "human" && dialog.cause !== `event ${facts.key}`;
    return isWithPeople ? "PEOPLE_HAVE_THE_DIALOG" : null;
  }

  /** Whether a person has acted in an event's session since it came. */
  hasPersonActed(facts: EventFacts): boolean {
    return this.personIn(facts) > (facts.messageId ?? facts.personBefore);
  }

  #taken(dialog: Dialog, messageId: number): Dialog {
    const person = Math.max(dialog.person, messageId);
    if (dialog.owner === "human" && dialog.cause === "person" && dialog.person === person) return dialog;
    return { ...this.#give(dialog, "human", "person"), person };
  }

  #give(dialog: Dialog, owner: Owner, cause: Dialog["cause"]): Dialog {
    const over = owner === "closed" ? Math.max(dialog.over, dialog.session ?? 0) : dialog.over;
    if (dialog.owner === owner && dialog.cause === cause && dialog.over === over) return dialog;
    return { ...dialog, owner, cause, over, since: dialog.owner === owner ? dialog.since : this.#now() };
  }

  #set(chatId: number, known: Dialog | undefined, dialog: Dialog): void {
    if (known !== undefined && dialog === known) return;
    this.#ledger.setDialog(chatId, dialog);
  }
}

/** The portal's moments are whole seconds, and its clock may be a little off, ms. */
const INEXACT = 2_000;

/** Whether an event came about after a conversation got the owner that it has; what is on its way meanwhile did not. */
const isLater = (date: string | null, { since }: Dialog): boolean =>
  date !== null && Date.parse(date) > since + INEXACT;

/** Whether `asked` is a session before the one that runs. */
const isEarlier = ({ session }: Dialog, asked: number | null): asked is number =>
  asked !== null && session !== null && asked < session;

const isOver = ({ session, over }: Dialog, asked: number): boolean =>
  over >= asked || (session !== null && session > asked);
