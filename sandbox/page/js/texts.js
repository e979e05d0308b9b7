/** The page's words in the reader's language. */
const LANGUAGES = ["en", "ru", "de", "es-ES", "pt-BR"];
const MEMORY = "sandbox-language";

let current = "en";
let words = {};

export function language() {
  return current;
}

/** The language chosen here before, otherwise the browser's. */
export function preferredLanguage() {
  const chosen = memory((storage) => storage.getItem(MEMORY));
  if (LANGUAGES.includes(chosen)) return chosen;
  const family = (name) => name.split("-")[0].toLowerCase();
  const offered = (wanted) => LANGUAGES.find((name) => family(name) === family(wanted));
  return navigator.languages.map(offered).find((name) => name !== undefined) ?? "en";
}

/** Storage may be forbidden; the choice then lasts until the page is closed. */
function memory(use) {
  try {
    return use(localStorage);
  } catch (error) {
    console.warn(error);
    return null;
  }
}

export async function useLanguage(name, { remember = false } = {}) {
  const answer = await fetch(`locales/${name}.json`);
  if (!answer.ok) throw new Error(`locales/${name}.json: ${answer.status}`);
  words = await answer.json();
  current = name;
  document.documentElement.lang = name;
  if (remember) memory((storage) => storage.setItem(MEMORY, name));
  fillDocument();
}

/** A text with its `{values}` put in; the value `count` chooses the plural form. */
export function t(key, values = {}) {
  let entry = key.split(".").reduce((part, name) => part?.[name], words);
  if (typeof entry === "object" && entry !== null) {
    entry = entry[new Intl.PluralRules(current).select(values.count)] ?? entry.other;
  }
  if (typeof entry !== "string") return key;
  return entry.replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ""));
}

/** Whether there is a text; for names that come from the portal, such as typing codes. */
export function has(key) {
  return typeof key.split(".").reduce((part, name) => part?.[name], words) === "string";
}

function fillDocument() {
  document.title = t("page.title");
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-title]")) node.title = t(node.dataset.title);
  for (const node of document.querySelectorAll("[data-placeholder]")) {
    node.setAttribute("placeholder", t(node.dataset.placeholder));
  }
}

/** Hours and minutes. */
export function clock(date) {
  return new Date(date).toLocaleTimeString(current, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Time of day to the millisecond, the same in all languages. */
export function exactClock(at) {
  const date = new Date(at);
  const two = (value) => String(value).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export function fileSize(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = bytes > 0 ? Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), units.length - 1) : 0;
  const format = { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(current, format).format(bytes / 1024 ** step);
}
