/** What people do with a message that is there: react, change it, delete it. */
import { el } from "../dom/elements";
import { reveal } from "../dom/scrolling";
import { t } from "../words/texts";
import { offered, reactionName, reactionSign } from "./reactions";

const MAX_TEXT = 20_000;

/** What this reader may do with a message; what is missing is not offered. */
export interface Doing {
  /** The reader's own reaction. */
  mine?: string;
  /** Sets a reaction; null takes it away. */
  react?: (code: string | null) => Promise<unknown>;
  edit?: (text: string) => Promise<unknown>;
  remove?: () => Promise<unknown>;
}

/** The button that opens the tools of a message, and the tools. */
export function tools(text: string, doing: Doing): HTMLElement[] {
  const { react, edit, remove, mine } = doing;
  const actions: HTMLElement[] = [];
  if (react !== undefined) actions.push(...offered.map((code) => reactionButton(code, mine === code, react)));
  if (edit !== undefined) actions.push(toolButton(t("message.edit"), () => openEditor(text, edit, bar, close)));
  if (remove !== undefined) actions.push(toolButton(t("message.delete"), () => void remove()));
  if (actions.length === 0) return [];
  const label = t("message.tools");
  const bar = el("div", { class: "tools", role: "group", "aria-label": label, hidden: true }, ...actions);
  const more = moreButton(label);
  const show = (shown: boolean): void => {
    bar.hidden = !shown;
    more.setAttribute("aria-expanded", String(shown));
    if (shown) comeIntoView(bar);
  };
  const close = (): void => {
    show(false);
    more.focus();
  };
  more.addEventListener("click", () => show(bar.hidden !== false));
  const parts: HTMLElement[] = [more, bar];
  for (const node of parts) {
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
  }
  return parts;
}

function moreButton(label: string): HTMLButtonElement {
  const looks = { type: "button", class: "more", "aria-label": label, title: label, "data-focus": "more" };
  return el("button", { ...looks, "aria-expanded": "false" }, "⋯");
}

function toolButton(text: string, onclick: () => void): HTMLElement {
  return el("button", { type: "button", class: "button small", onclick }, text);
}

function reactionButton(code: string, set: boolean, react: NonNullable<Doing["react"]>): HTMLElement {
  const label = t("message.react", { reaction: reactionName(code) });
  const onclick = (): void => void react(set ? null : code);
  const attributes = { type: "button", class: "reaction", "aria-label": label, title: label, onclick };
  return el("button", { ...attributes, "aria-pressed": String(set) }, reactionSign(code));
}

/** What opens under the last message would be below the list's edge. */
function comeIntoView(node: Element): void {
  reveal(node.closest(".messages"), node);
}

/** Puts the editor in the place of the tools until it is closed. */
function openEditor(text: string, save: NonNullable<Doing["edit"]>, bar: HTMLElement, closed: () => void): void {
  const { form, box } = editor(text, save, () => {
    form.replaceWith(bar);
    closed();
  });
  bar.replaceWith(form);
  comeIntoView(form);
  box.focus({ preventScroll: true });
}

/** Enter saves, Shift+Enter breaks the line, Escape leaves everything as it was. */
function editor(
  text: string,
  save: NonNullable<Doing["edit"]>,
  close: () => void,
): { form: HTMLFormElement; box: HTMLTextAreaElement } {
  const box = el("textarea", { name: "text", rows: 2, maxlength: MAX_TEXT, "aria-label": t("message.text") });
  box.value = text;
  const form = el(
    "form",
    { class: "editor" },
    box,
    el("button", { type: "submit", class: "button primary small" }, t("message.save")),
    toolButton(t("message.cancel"), close),
  );
  const submit = (): void => {
    if (box.value.trim() === "" || box.value === text) close();
    // The message is drawn anew with its new text, and the editor goes with the old one.
    else void save(box.value);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  return { form, box };
}
