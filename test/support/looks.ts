import type { Page } from "playwright-core";
import { faultsIn } from "./axe";
import { overflow, screenshot } from "./editor";
import { PANEL as ERRORS } from "./error-panel";
import { nodeRedPackage } from "./node-red";
import { LANGUAGES, type Language } from "./project";

/** One way in which a person may see the editor. */
export interface Look {
  name: string;
  language: Language;
  dark: boolean;
  /** Whether axe looks as well: it sees structure and colours, which are the same in every language. */
  axe: boolean;
}

const AXE: readonly Language[] = ["en-US", "ru"];

const look = (language: Language, dark: boolean): Look => ({
  name: `${language}${dark ? "-dark" : ""}`,
  language,
  dark,
  axe: AXE.includes(language),
});

/** Every language by day; by night, which Node-RED 4 does not know, those that axe looks at. */
export const LOOKS: Look[] = [
  ...LANGUAGES.map((language) => look(language, false)),
  ...(nodeRedPackage === "node-red-5" ? AXE.map((language) => look(language, true)) : []),
];

/** What is looked at: the dialog on top, a form of any length, the panel for a message, an open list, the codes of errors. */
export type Part = "form" | "long form" | "composer" | "list" | "errors";

const PARTS: Record<Part, string> = {
  form: ".red-ui-tray .b24-form",
  "long form": ".red-ui-tray .b24-form",
  composer: ".b24-composer",
  list: ".b24-choices",
  errors: ERRORS,
};

/** Whatever shows words in a part; the editor's own rows inside of it included. */
const WORDED =
  "label, label span, summary, summary span, button, th, td, li, p, h4, small, dt, dd, .b24-note, .b24-unit, .b24-choice > span, .red-ui-typedInput-type-label, .b24-from-message";

/**
 * Runs in the page: texts that are the key of a text or hold a placeholder, and words that do not have the room they
 * need. Selects and placeholders are measured with the letters they are shown in, because they never overflow.
 */
const FAULTS = `(selector, worded) => {
  const part = [...document.querySelectorAll(selector)].at(-1);
  const shown = (element) => element.checkVisibility() && !element.closest(".b24-hidden");
  const faults = [];
  const tell = (what, element, words) => faults.push(what + ": " + (element.id || element.className || element.tagName) + " " + words.trim().slice(0, 80));
  const isKey = (words) => /\\b(?:field|typed|picker|validate|portal|topic|unit|compose|form|note|errors)\\.\\w+|bitrix24-\\w+[.:]|__\\w+__/.test(words);
  const all = [...part.querySelectorAll("*")].filter(shown);
  for (const element of all) {
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("");
    const said = [own, ...["title", "placeholder", "aria-label"].map((name) => element.getAttribute(name) || "")];
    for (const words of said) if (isKey(words)) tell("no text", element, words);
    if (element.matches("[data-i18n]") && !/^\\[/.test(element.dataset.i18n) && element.textContent.trim() === "") tell("no text", element, element.dataset.i18n);
  }
  for (const element of all.filter((one) => one.matches(worded))) {
    const style = getComputedStyle(element);
    const isCut = style.display !== "inline" && element.scrollWidth > element.clientWidth + 1;
    const isLow = /hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 2;
    if (isCut || isLow) tell("cut", element, element.textContent);
  }
  const pen = document.createElement("canvas").getContext("2d");
  const room = (element, more) => {
    const style = getComputedStyle(element);
    pen.font = style.font;
    return element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - more;
  };
  for (const select of all.filter((one) => one.matches("select:not([multiple])"))) {
    const width = room(select, 16);
    for (const option of select.options) if (pen.measureText(option.text).width > width) tell("cut", select, option.text);
  }
  for (const input of all.filter((one) => one.matches("input[placeholder]"))) {
    const width = room(input, 0);
    if (!/^https:/.test(input.placeholder) && pen.measureText(input.placeholder).width > width) tell("cut", input, input.placeholder);
  }
  const edge = part.getBoundingClientRect();
  for (const element of all) {
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > edge.right + 1 || box.left < edge.left - 1) && !element.closest(".red-ui-typedInput-container, .b24-topics, .red-ui-editableList")) tell("sticks out", element, element.textContent);
  }
  return faults;
}`;

/** How far a panel reaches beyond the room it has without scrolling; forms tell it by their foot. */
async function beyond(page: Page, part: Part): Promise<number> {
  if (part === "long form") return 0;
  if (part === "form") return overflow(page);
  return page.evaluate<number>(
    `(() => { const part = document.querySelector("${PARTS[part]}"); const box = part.getBoundingClientRect();
      const foot = ${part === "composer" ? 'part.closest(".red-ui-tray-body").getBoundingClientRect().bottom' : "innerHeight"};
      const inside = ${part === "composer" ? "Math.max(...[...part.querySelectorAll(':scope > div > *')].map((one) => one.getBoundingClientRect().bottom))" : "box.bottom"};
      return Math.max(0, inside - foot, -box.left, box.right - innerWidth); })()`,
  );
}

/** Dialogs fold and grow a moment after the click that causes it. */
async function settled(page: Page, part: Part): Promise<number> {
  let left = await beyond(page, part);
  for (let tries = 0; tries < 20 && left > 0; tries++) {
    await page.waitForTimeout(100);
    left = await beyond(page, part);
  }
  return left;
}

/** Takes the picture of a part and tells what is wrong with it: nothing for what is as it should be. */
export async function inspect(page: Page, { name, axe }: Look, view: string, part: Part = "form"): Promise<string[]> {
  const left = await settled(page, part);
  await screenshot(page, `${nodeRedPackage}-${name}-${view}`);
  const faults = await page.evaluate<string[]>(
    `(${FAULTS})(${JSON.stringify(PARTS[part])}, ${JSON.stringify(WORDED)})`,
  );
  if (left > 0) faults.push(`does not fit, ${left} px too large`);
  if (axe) faults.push(...(await faultsIn(page, PARTS[part])));
  return faults.map((fault) => `${view}: ${fault}`);
}
