/** Words that the practice portal itself puts into dialogs. */
export const TEXTS = {
  sessionStarted: (id: number) => `Conversation #${id} started`,
  botEnded: (bot: string) => `${bot} has finished its part. The conversation goes to the queue`,
  assigned: (user: string) => `The conversation is offered to ${user}`,
  nobodyFree: "All operators are busy or offline. The conversation waits in the queue",
  answered: (user: string) => `${user} has started the conversation`,
  toUser: (from: string, to: string) => `${from} transferred the conversation to ${to}`,
  toLine: (from: string, line: string) => `${from} transferred the conversation to the open channel "${line}"`,
  finished: (user: string) => `${user} has closed the conversation`,
  closedByItself: "The conversation was closed automatically",
  deleted: "This message has been deleted.",
};
