/**
 * The control over HTTP, below `/sandbox/api/`: what each name takes and what it gives. Server and page are written
 * against these types, so that they cannot disagree.
 */
import type { Fault, FaultView, LogEntry, RequestEntry } from "../portal/records";
import type { PortalSettings } from "../portal/settings";
import type {
  Change,
  ChatView,
  ClientMessage,
  EventsView,
  Pressed,
  StateView,
  TranscriptEntry,
} from "../portal/view-types";
import type { Control } from "./types";

/** JSON has no Infinity. */
type Count = number | "Infinity";

/** A fault as it travels. */
export type GivenFault = Omit<Fault, "count"> & { count?: Count };
export type ListedFault = Omit<FaultView, "count" | "left"> & { count?: Count; left: Count };

/** `messages`: only the last ones of a chat. */
interface Shortened {
  messages?: number;
}

/** `after`: only what came later than that entry; `last`: only so many of them. */
interface Part {
  after?: number;
  last?: number;
}

interface Place {
  chatId: number;
  messageId: number;
}

interface AsOperator {
  userId: number;
  chatId: number;
}

/** What is asked by GET, with a query string. */
export interface Reads {
  state(): StateView;
  settings(): PortalSettings;
  chats(query: Shortened): ChatView[];
  chat(query: Shortened & { chatId: number }): ChatView;
  transcript(query: Pick<Part, "last"> & { chatId: number }): TranscriptEntry[];
  log(query: Part): LogEntry[];
  requests(query: Part): RequestEntry[];
  faults(): ListedFault[];
  events(): EventsView;
}

/** What is done by POST, with a JSON object. */
export interface Actions {
  clientWrites(message: ClientMessage): { chatId: number; messageId: number; sessionId: number };
  editMessage(change: Place & { text: string }): void;
  deleteMessage(place: Place): void;
  clientEdits(change: Place & { text: string }): void;
  clientDeletes(place: Place): void;
  clientReacts(reaction: Place & { reaction: string | null }): void;
  operatorWrites(message: AsOperator & { text: string }): number;
  operatorEdits(change: AsOperator & Place & { text: string }): void;
  operatorDeletes(place: AsOperator & Place): void;
  operatorReacts(reaction: AsOperator & Place & { reaction: string | null }): void;
  operatorJoins(where: AsOperator): void;
  operatorPresses(press: AsOperator & Place & { button: string | number }): Pressed;
  operatorAnswers(where: AsOperator): void;
  operatorFinishes(where: AsOperator): void;
  reset(): void;
  configure(settings: Partial<PortalSettings>): void;
  addOperator(operator: Parameters<Control["addOperator"]>[0]): number;
  setOnline(change: { userId: number; online: boolean }): void;
  setActive(change: { userId: number; active: boolean }): void;
  addLine(line: Parameters<Control["addLine"]>[0]): number;
  updateLine(change: Parameters<Control["updateLine"]>[1] & { id: number }): void;
  addNetworkLine(line: { code: string; state?: "active" | "inactive" }): void;
  addCrmItem(item: Parameters<Control["addCrmItem"]>[0]): number;
  lockChat(change: { chatId: number; locked: boolean }): void;
  addFault(fault: GivenFault): number;
  removeFault(fault: { id: number }): void;
  clearFaults(): void;
  resend(delivery: { deliveryId: number }): void;
  spendOperating(charge: { method: string; seconds: number }): void;
  resetCounter(): void;
}

/** What `stream` sends: the changes of a short span together. */
export type Changes = Change[];
