/** Buttons under a message, pressed as the chosen operator. They stay inside the portal, in live chat too. [S 11.1] */
import type { MessageView, Pressed } from "../../../portal/view-types";
import { el, link } from "../dom/elements";
import { tellReader } from "../dom/notice";
import { t } from "../words/texts";
import { buttonsOf } from "./parts";
import { wordsIn, type Fields } from "./values";

/** What the chosen operator does with buttons. */
export interface Pressing {
  /** The operator's name. */
  operator: string;
  /** Presses a button by its place, 0 the first one; null when the portal refused. */
  press(message: MessageView, index: number): Promise<{ result: Pressed } | null>;
  /** Writes into the answer. */
  put(text: string): void;
}

/** The keyboard of a message, in its rows. */
export function keyboard(message: MessageView, doing: Pressing): HTMLElement {
  const rows: HTMLElement[][] = [[]];
  let index = 0;
  for (const button of buttonsOf(message.keyboard)) {
    if (button.TYPE === "NEWLINE") {
      rows.push([]);
      continue;
    }
    const ownRow = button.DISPLAY !== "LINE";
    if (ownRow) rows.push([]);
    rows.at(-1)?.push(buttonNode(message, button, index++, doing));
    if (ownRow) rows.push([]);
  }
  const filled = rows.filter((row) => row.length > 0).map((row) => el("div", {}, ...row));
  return el("div", { class: "keyboard" }, ...filled);
}

function buttonNode(message: MessageView, button: Fields, index: number, doing: Pressing): HTMLElement {
  const text = wordsIn(button.TEXT);
  const disabled = button.DISABLED === "Y";
  if (button.LINK && !disabled) return paint(link(button.LINK, text), button);
  const node = el("button", { type: "button", disabled, "data-focus": `key-${index}` }, text);
  node.title = t("dialog.press", { name: doing.operator, action: meaning(button) });
  const press = async (): Promise<void> => {
    const pressed = await doing.press(message, index);
    if (pressed === null) return;
    // Blocked until the bot changes the message. Only commands are. [D message-keyboards.md]
    if (button.BLOCK === "Y" && button.COMMAND) node.disabled = true;
    await follow(pressed.result, doing);
  };
  node.addEventListener("click", () => void press());
  return paint(node, button);
}

function paint(node: HTMLElement, button: Fields): HTMLElement {
  node.classList.add("key");
  const token = wordsIn(button.BG_COLOR_TOKEN);
  if (["primary", "secondary", "alert"].includes(token)) node.classList.add(token);
  return node;
}

function meaning(button: Fields): string {
  if (button.COMMAND) return `/${wordsIn(button.COMMAND)} ${wordsIn(button.COMMAND_PARAMS)}`.trim();
  return `${wordsIn(button.ACTION)} ${wordsIn(button.ACTION_VALUE)}`.trim();
}

/** What the person's own browser does. */
async function follow({ kind, value, heard }: Pressed, doing: Pressing): Promise<void> {
  if (kind === "command") {
    if (heard === 0) tellReader(t("dialog.notHeard", { value: value.split(" ", 1)[0] ?? "" }));
  } else if (kind === "put") doing.put(value);
  else if (kind === "copy") {
    await copy(value);
    tellReader(t("dialog.copied", { value }));
  } else if (kind !== "send") tellReader(t("dialog.elsewhere", { value }));
}

/** The clipboard may be forbidden; the notice shows the text all the same. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    console.warn(error);
  }
}
