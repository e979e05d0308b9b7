/**
 * Where the hand-over of an event to one event node is:
 * `offered`, its message is in the flow and no action has it yet; `held`, actions work on it; `done`, nobody will do
 * anything with it any more; `adrift`, it may be lost and goes out again; `replaced`, it went out again.
 */
export type HandoverState = "offered" | "held" | "done" | "adrift" | "replaced";

/** What can happen to a hand-over. */
export type Happening =
  | "begin" // an action begins to work on its message
  | "end" // an action ended, in whatever way
  | "quiet" // none has been at work for a while
  | "timeout" // none came within the event node's time
  | "received" // the event node confirms on arrival, or people have the conversation
  | "lost" // a deploy stopped a node that may have held the message, or a result could not be handed on
  | "restart" // the process that held it is gone
  | "again" // it goes out as a new hand-over
  | "gone"; // nobody can take it any more

/** The whole table. What is not in it is a fault of the engine. Each row says where a hand-over goes, and why. */
const TABLE: Readonly<Record<HandoverState, Partial<Record<Happening, HandoverState>>>> = {
  offered: {
    begin: "held",
    // Nobody acted on it in time: the flow ignores such messages.
    timeout: "done",
    received: "done",
    lost: "adrift",
    restart: "adrift",
    gone: "done",
  },
  held: {
    begin: "held",
    end: "held",
    quiet: "done",
    // Another branch may still be at work; what it has done is recorded.
    lost: "adrift",
    restart: "adrift",
    gone: "done",
  },
  done: {
    // A late action on an event that the portal still has: it counts again until that one ends.
    begin: "held",
  },
  adrift: {
    // The doubt was unfounded: the message is still in the flow. Its calls are matched with those of the next hand-over.
    begin: "adrift",
    end: "adrift",
    lost: "adrift",
    restart: "adrift",
    again: "replaced",
    gone: "done",
  },
  replaced: {
    begin: "replaced",
    end: "replaced",
  },
};

/** The state after `happening`, or null when that cannot happen in `state`. */
export const after = (state: HandoverState, happening: Happening): HandoverState | null =>
  TABLE[state][happening] ?? null;

/** Whether somebody may still do something with the event because of this hand-over. */
export const isOpen = (state: HandoverState): boolean => state === "offered" || state === "held" || state === "adrift";
