/** The portal's own words: what it remarks in conversations, and what a fresh practice portal holds. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { languageOf, type Language } from "./languages";

export type SystemText =
  | "sessionStarted"
  | "botEnded"
  | "assigned"
  | "nobodyFree"
  | "answered"
  | "toUser"
  | "toLine"
  | "finished"
  | "finishedByBot"
  | "closedByItself"
  | "joined"
  | "deleted";

export interface SamplePerson {
  name: string;
  lastName: string;
  position: string;
}

/** A file of `locales/`. */
export interface Words {
  system: Record<SystemText, string>;
  /** What the messenger's own slash commands do. */
  commands: Record<"me" | "loud" | "quote" | "rename" | "dialogId" | "debug" | "category", string>;
  sample: {
    bot: string;
    lines: { support: string; sales: string };
    people: Record<"admin" | "woman" | "man" | "absent", SamplePerson>;
    client: { name: string; lastName: string; says: string };
    deal: string;
  };
}

const known = new Map<Language, Words>();

/** The words of a language, read when they are first asked for. */
export function wordsOf(language: Language): Words {
  let words = known.get(language);
  if (words === undefined) {
    words = JSON.parse(readFileSync(join(__dirname, "locales", `${language}.json`), "utf8")) as Words;
    known.set(language, words);
  }
  return words;
}

/** A remark of the portal with its `{values}` put in; English on a portal whose language is not known here. */
export function systemText(
  portalLanguage: string,
  key: SystemText,
  values: Record<string, string | number> = {},
): string {
  const text = wordsOf(languageOf(portalLanguage) ?? "en").system[key];
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ""));
}
