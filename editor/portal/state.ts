import { configInput, valueOf } from "../shared/dom";

/** The portal's dialog that is open, and what its steps know of each other. */
export interface PortalDialog {
  readonly node: RedNode;
  readonly form: JQuery;
  /** The bot that this dialog has found or made; null before. */
  botId: number | null;
  /** Whether a token was made here that has to be saved with the dialog. */
  holdsToken: boolean;
  /** Identifies the changes to open channels that were shown last; null when none can be applied. */
  mark: string | null;
}

let current: PortalDialog | undefined;

/** Begins a new dialog: answers to questions of an earlier dialog are no longer shown. */
export function begin(node: RedNode, form: JQuery): PortalDialog {
  current = { node, form, botId: null, holdsToken: false, mark: null };
  return current;
}

/** The dialog that was opened last; undefined before the first. */
export const currentDialog = (): PortalDialog | undefined => current;

/** Whether nothing has been opened since. */
export const isCurrent = (dialog: PortalDialog): boolean => dialog === current;

/** What is in a field, without white space around it. */
export const typed = (property: string): string => valueOf(configInput(property)).trim();

/** A property as it was when the dialog was opened. */
export const saved = ({ node }: PortalDialog, property: string): string => {
  const value = node[property];
  return typeof value === "string" ? value.trim() : "";
};
