/** Buttons under a message, pressed as the chosen operator. They stay inside the portal, in live chat too. [S 11.1] */
import { el, link } from "./dom.js";
import { list, words } from "./message-parts.js";
import { tellReader } from "./notice.js";
import { t } from "./texts.js";

/** `doing.press(message, index)` presses, `doing.put(text)` writes into the answer, `doing.operator` is who presses. */
export function keyboard(message, doing) {
  const rows = [[]];
  let index = 0;
  for (const button of list(message.keyboard?.BUTTONS ?? message.keyboard)) {
    if (button.TYPE === "NEWLINE") rows.push([]);
    else {
      if (button.DISPLAY !== "LINE" && rows.at(-1).length > 0) rows.push([]);
      rows.at(-1).push(buttonNode(message, button, index++, doing));
      if (button.DISPLAY !== "LINE") rows.push([]);
    }
  }
  const filled = rows.filter((row) => row.length > 0).map((row) => el("div", {}, ...row));
  return el("div", { class: "keyboard" }, ...filled);
}

function buttonNode(message, button, index, doing) {
  const text = words(button.TEXT);
  const disabled = button.DISABLED === "Y";
  if (button.LINK && !disabled) return paint(link(button.LINK, text), button);
  const node = el("button", { type: "button", disabled, "data-focus": `key-${index}` }, text);
  node.title = t("dialog.press", { name: doing.operator, action: meaning(button) });
  node.addEventListener("click", async () => {
    const pressed = await doing.press(message, index);
    if (pressed === null) return;
    // Blocked until the bot changes the message. Only commands are. [D message-keyboards.md]
    if (button.BLOCK === "Y" && button.COMMAND) node.disabled = true;
    await follow(pressed, doing);
  });
  return paint(node, button);
}

function paint(node, button) {
  node.classList.add("key");
  const token = words(button.BG_COLOR_TOKEN);
  if (["primary", "secondary", "alert"].includes(token)) node.classList.add(token);
  return node;
}

function meaning(button) {
  if (button.COMMAND) return `/${words(button.COMMAND)} ${words(button.COMMAND_PARAMS)}`.trim();
  return `${words(button.ACTION)} ${words(button.ACTION_VALUE)}`.trim();
}

/** What the person's own browser does. */
async function follow({ kind, value, heard }, doing) {
  if (kind === "command") {
    if (heard === 0) tellReader(t("dialog.notHeard", { value: value.split(" ", 1)[0] }));
  } else if (kind === "put") doing.put(value);
  else if (kind === "copy") {
    await copy(value);
    tellReader(t("dialog.copied", { value }));
  } else if (kind !== "send") tellReader(t("dialog.elsewhere", { value }));
}

/** The clipboard may be forbidden; the notice shows the text all the same. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    console.warn(error);
  }
}
