/** Buttons under messages, pressed by people on the portal. [S 11.1] */
import { callCommands } from "./commands";
import type { Chat, Message, User } from "./entities";
import type { Portal } from "./memory";
import { operatorJoins, operatorWrites } from "./people";
import { isArray, phpString, phpTrim, type Params } from "./php";
import type { Pressed } from "./view-types";

const KINDS: Record<string, Pressed["kind"]> = {
  PUT: "put",
  SEND: "send",
  COPY: "copy",
  CALL: "call",
  DIALOG: "dialog",
};

/** The buttons of a message, without its row breaks. */
export function buttonsOf(message: Message): Params[] {
  const { keyboard } = message;
  const buttons = isArray(keyboard) && isArray(keyboard.BUTTONS) ? Object.values(keyboard.BUTTONS) : [];
  return buttons.filter(isArray).filter((button) => button.TYPE !== "NEWLINE");
}

/** Presses a button; a command or a text is carried out, everything else happens in the person's own browser. */
export function press(portal: Portal, chat: Chat, message: Message, user: User, wanted: string | number): Pressed {
  const button = findButton(message, wanted);
  if (button.DISABLED === "Y") throw new Error(`The button "${phpString(button.TEXT)}" is disabled`);
  if (!chat.members.has(user.id)) operatorJoins(portal, chat, user);
  const pressed: Pressed = { ...meaning(button), messageId: null, heard: 0 };
  if (pressed.kind === "send") pressed.messageId = operatorWrites(portal, chat, user, pressed.value).id;
  if (pressed.kind === "command") {
    pressed.heard = callCommands(portal, { chat, message, user, text: pressed.value, context: "KEYBOARD" });
  }
  return pressed;
}

function findButton(message: Message, wanted: string | number): Params {
  const buttons = buttonsOf(message);
  const button = typeof wanted === "number" ? buttons[wanted] : buttons.find(({ TEXT }) => TEXT === wanted);
  if (button === undefined) throw new Error(`Message ${message.id} has no button ${JSON.stringify(wanted)}`);
  return button;
}

function meaning(button: Params): Pick<Pressed, "kind" | "value"> {
  if (button.LINK !== undefined) return { kind: "link", value: phpString(button.LINK) };
  if (button.APP_ID !== undefined) return { kind: "app", value: phpString(button.APP_ID) };
  if (button.COMMAND !== undefined) {
    return { kind: "command", value: phpTrim(`/${phpString(button.COMMAND)} ${phpString(button.COMMAND_PARAMS)}`) };
  }
  return { kind: KINDS[phpString(button.ACTION)] ?? "other", value: phpString(button.ACTION_VALUE) };
}
