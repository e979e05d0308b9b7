/** What can be done with a portal beside REST. */
import type { Fault, FaultView, LogEntry, RequestEntry } from "../portal/records";
import type { PortalSettings } from "../portal/settings";
import type {
  Change,
  ChatView,
  ClientMessage,
  CrmType,
  EventsView,
  LineSettings,
  Pressed,
  StateView,
  TranscriptEntry,
} from "../portal/view-types";

/** Everything a test or the page does with the portal beside REST; also over HTTP under /sandbox/api/. */
export interface Control {
  /** Sample data again; log, faults, counters and settings as at the start. Server and webhook stay. */
  reset(): void;
  configure(settings: Partial<PortalSettings>): void;
  settings(): PortalSettings;
  state(): StateView;
  addOperator(operator: { name: string; lastName?: string; online?: boolean; lines?: number[] }): number;
  setOnline(userId: number, online: boolean): void;
  /** A dismissed employee is no transfer target. */
  setActive(userId: number, active: boolean): void;
  addLine(line: { name: string } & Partial<LineSettings>): number;
  updateLine(id: number, line: Partial<LineSettings>): void;
  /** What `imopenlines.network.join` can find. */
  addNetworkLine(code: string, state?: "active" | "inactive"): void;
  clientWrites(message: ClientMessage): { chatId: number; messageId: number; sessionId: number };
  /** What `crm.<type>.get` and `.list` find; all fields are texts. The webhook needs the permission `crm`. */
  addCrmItem(item: { type: CrmType; fields: Record<string, string> }): number;
  /** The author of a message changes or deletes it; the bots of the chat get the event. */
  editMessage(chatId: number, messageId: number, text: string): void;
  deleteMessage(chatId: number, messageId: number): void;
  /** The client's own messages only. */
  clientEdits(chatId: number, messageId: number, text: string): void;
  clientDeletes(chatId: number, messageId: number): void;
  /** Live chat only. A null reaction takes the client's one away. */
  clientReacts(chatId: number, messageId: number, reaction: string | null): void;
  /** Messages that have reached the client's messenger, as they are there now, oldest first. Empty for private chats. */
  transcript(chatId: number): TranscriptEntry[];
  operatorWrites(userId: number, chatId: number, text: string): number;
  /** The operator's own messages only. */
  operatorEdits(userId: number, chatId: number, messageId: number, text: string): void;
  operatorDeletes(userId: number, chatId: number, messageId: number): void;
  /** A null reaction takes the operator's one away. */
  operatorReacts(userId: number, chatId: number, messageId: number, reaction: string | null): void;
  /** Comes to look and take part; the conversation stays with its owner. */
  operatorJoins(userId: number, chatId: number): void;
  /**
   * Presses a button of a message's keyboard, by its text or its place among the buttons (0 the first one); who is not in
   * the chat joins first. PUT, COPY, CALL, DIALOG and links do nothing on the portal: the result says what they are.
   */
  operatorPresses(userId: number, chatId: number, messageId: number, button: string | number): Pressed;
  operatorAnswers(userId: number, chatId: number): void;
  operatorFinishes(userId: number, chatId: number): void;
  /** Another operation holds the chat: transfers are refused. */
  lockChat(chatId: number, locked: boolean): void;
  chat(chatId: number): ChatView;
  chats(): ChatView[];
  log(): LogEntry[];
  requests(): RequestEntry[];
  addFault(fault: Fault): number;
  removeFault(id: number): void;
  clearFaults(): void;
  faults(): FaultView[];
  events(): EventsView;
  /** Delivers a webhook event once more, as a duplicate. */
  resend(deliveryId: number): void;
  /** Charges seconds of execution to a method. */
  spendOperating(method: string, seconds: number): void;
  /** Sets the request counters back to zero. */
  resetCounter(): void;
  on(listener: (change: Change) => void): () => void;
}
