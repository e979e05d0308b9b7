/** The page's words in the reader's language. */
import type { Language } from "../../../portal/languages";
import { exactTime, hoursAndMinutes, sizeOf } from "./formats";
import { bestLanguage, hasText, textOf, type Values, type Words } from "./lookup";

const LANGUAGES: readonly Language[] = ["en", "ru", "de", "es-ES", "pt-BR"];
const MEMORY = "sandbox-language";

let current: Language = "en";
let words: Words = {};

export function language(): Language {
  return current;
}

/** The language chosen here before, otherwise the browser's. */
export function preferredLanguage(): Language {
  const chosen = memory((storage) => storage.getItem(MEMORY));
  return languageOf(chosen) ?? bestLanguage(navigator.languages, LANGUAGES) ?? "en";
}

function languageOf(name: string | null): Language | undefined {
  return LANGUAGES.find((known) => known === name);
}

/** Storage may be forbidden; the choice then lasts until the page is closed. */
function memory<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(localStorage);
  } catch (error) {
    console.warn(error);
    return null;
  }
}

/** Loads a language and writes the page in it. Throws when there is none of that name, or the portal is away. */
export async function useLanguage(wanted: string, { remember = false } = {}): Promise<void> {
  const name = languageOf(wanted);
  if (name === undefined) throw new Error(wanted);
  const answer = await fetch(`locales/${name}.json`);
  if (!answer.ok) throw new Error(`locales/${name}.json: ${answer.status}`);
  words = (await answer.json()) as Words;
  current = name;
  document.documentElement.lang = name;
  if (remember) memory((storage) => storage.setItem(MEMORY, name));
  fillDocument();
}

/** A text with its `{values}` put in; the value `count` chooses the plural form. */
export function t(key: string, values: Values = {}): string {
  return textOf(words, current, key, values);
}

/** Whether there is a text; for names that come from the portal, such as typing codes. */
export function has(key: string): boolean {
  return hasText(words, key);
}

function fillDocument(): void {
  const marked = (name: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-${name}]`)];
  document.title = t("page.title");
  for (const node of marked("text")) node.textContent = t(node.dataset.text ?? "");
  for (const node of marked("label")) node.setAttribute("aria-label", t(node.dataset.label ?? ""));
  for (const node of marked("title")) node.title = t(node.dataset.title ?? "");
  for (const node of marked("placeholder")) node.setAttribute("placeholder", t(node.dataset.placeholder ?? ""));
}

/** Hours and minutes. */
export function clock(date: number | string): string {
  return hoursAndMinutes(date, current);
}

/** Time of day to the millisecond. */
export const exactClock = exactTime;

export function fileSize(bytes: number): string {
  return sizeOf(bytes, current);
}
