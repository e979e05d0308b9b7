/** Fields that people choose from and write into. */
import { el, fieldOf } from "./elements";

const MAX_BOX_PX = 120;

export interface Option {
  value: string;
  text: string;
}

function setOptions(list: HTMLElement, options: readonly Option[]): void {
  const sign = JSON.stringify(options);
  if (list.dataset.sign === sign) return;
  list.dataset.sign = sign;
  list.replaceChildren(...options.map(({ value, text }) => el("option", { value }, text)));
}

/** Fills a select, keeping what is chosen where it is still offered. */
export function fillSelect(select: HTMLSelectElement, options: readonly Option[], chosen = select.value): void {
  setOptions(select, options);
  const wanted = options.some(({ value }) => value === chosen) ? chosen : (options[0]?.value ?? "");
  if (select.value !== wanted) select.value = wanted;
}

/** Fills the list of what a field suggests. */
export function fillSuggestions(list: HTMLDataListElement, values: readonly string[]): void {
  setOptions(
    list,
    values.map((value) => ({ value, text: "" })),
  );
}

/**
 * Enter sends, Shift+Enter breaks the line; the box grows with its text. `send` resolves with true when the text has
 * been taken.
 */
export function messageBox(form: HTMLFormElement, send: (text: string) => Promise<boolean>): void {
  const box = fieldOf(form, "text", HTMLTextAreaElement);
  const fit = (): void => {
    box.style.height = "auto";
    // A box that is hidden measures nothing; a measured one lacks its borders.
    if (box.scrollHeight === 0) return;
    box.style.height = `${Math.min(box.scrollHeight + box.offsetHeight - box.clientHeight, MAX_BOX_PX)}px`;
  };
  const submit = async (): Promise<void> => {
    const text = box.value;
    if (!(await send(text))) return;
    // What was typed while the message was on its way stays.
    if (box.value === text) box.value = "";
    fit();
  };
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
    box.focus();
  });
}
