import { text, type TextValues } from "../shared/text";
import type { CodeEntry } from "./codes";

/** What the texts of the codes are about. */
export interface About {
  readonly variant: string;
  readonly values: TextValues;
}

/** A code as people read it and look for it. */
export interface Described extends CodeEntry {
  readonly title: string;
  readonly hint: string;
  /** All of its words. */
  readonly words: string;
}

/** Looked for by people who know the portal's documentation: what is waited out leaves under another code. */
const ALSO: Readonly<Record<string, string>> = { WAITED_TOO_LONG: "QUERY_LIMIT_EXCEEDED OPERATION_TIME_LIMIT" };

function find(code: string, part: "title" | "hint", { variant, values }: About): string {
  const all = { defaultValue: "", ...values };
  return text(`errors.${code}_${variant}.${part}`, all) || text(`errors.${code}.${part}`, all);
}

export function describe(entry: CodeEntry, about: About): Described {
  const { code, outcomes } = entry;
  const title = find(code, "title", about) || text("errorPicker.notListed");
  const hint = find(code, "hint", about);
  const words = [code, title, hint, ALSO[code] ?? "", ...outcomes].join(" ");
  return { code, outcomes, title, hint, words };
}
