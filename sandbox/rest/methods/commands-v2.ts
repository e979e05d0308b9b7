/** `imbot.v2.Command.*`. [S imbot/lib/V2/Controller/Command.php] */
import { answerCommand } from "../../portal/command-answers";
import { registerCommand, titleOf } from "../../portal/commands";
import type { Bot, Command } from "../../portal/entities";
import { languageOf } from "../../portal/languages";
import type { Portal } from "../../portal/memory";
import { isArray, phpString, phpTrim, type Params } from "../../portal/php";
import { wordsOf, type Words } from "../../portal/words";
import { cutText } from "../content";
import { RestError } from "../errors";
import { neededId } from "./dialog";
import { mapOf, v2Bool, v2Bot } from "./identity";
import { v2Content, valueOf } from "./message-content";
import { isV2, type Call, type Method } from "./method";

function register(call: Call): unknown {
  const { portal } = call;
  const bot = v2Bot(call);
  const fields = mapOf(call.params.fields);
  const name = nameOf(fields.command);
  const known = [...portal.commands.values()].find((entry) => entry.botId === bot.id && entry.name === name);
  // A repeat changes nothing. [D command-register.md]
  if (known !== undefined) return { command: view(known) };
  const hidden = v2Bool(fields.hidden, false);
  const titles = titlesOf(fields.title, fields.params);
  if (titles.size === 0 && !hidden) throw new RestError("COMMAND_TITLE_REQUIRED", "Command title is required");
  const flags = { hidden, common: v2Bool(fields.common, false), extranet: v2Bool(fields.extranetSupport, false) };
  return { command: view(registerCommand(portal, { botId: bot.id, identity: bot.identity, name, titles, ...flags })) };
}

function nameOf(value: unknown): string {
  if (value === undefined || value === null || value === "") throw required();
  if (typeof value !== "string") throw new RestError("COMMAND_NAME_INVALID", "Command name is invalid");
  const name = value.replace(/^\//, "");
  if (name === "") throw required();
  return name;
}

function required(): RestError {
  return new RestError("COMMAND_REQUIRED", "Command is required");
}

/** `{en: "Show help"}` with hints of the same languages beside it. */
function titlesOf(title: unknown, hints: unknown): Command["titles"] {
  const titles: Command["titles"] = new Map();
  if (!isArray(title)) return titles;
  for (const [language, text] of Object.entries(title)) {
    const params = isArray(hints) ? phpString(hints[language]) : "";
    titles.set(language.toLowerCase(), { title: phpString(text), params });
  }
  return titles;
}

function own(call: Call, bot: Bot): Command {
  const command = call.portal.commands.get(neededId(call, "commandId"));
  if (command?.botId !== bot.id) throw new RestError("COMMAND_NOT_FOUND", "Command not found");
  return command;
}

/** The name stays what it was: the server takes a new one without an error and forgets it. [S im/lib/command.php] */
function update(call: Call): unknown {
  const command = own(call, v2Bot(call));
  const fields = mapOf(call.params.fields);
  command.common = v2Bool(fields.common, command.common);
  command.hidden = v2Bool(fields.hidden, command.hidden);
  command.extranet = v2Bool(fields.extranetSupport, command.extranet);
  if (fields.title !== undefined) command.titles = titlesOf(fields.title, fields.params);
  return { command: view(command) };
}

function unregister(call: Call): unknown {
  call.portal.commands.delete(own(call, v2Bot(call)).id);
  return { result: true };
}

function answer(call: Call): unknown {
  const { portal, params } = call;
  const bot = v2Bot(call);
  const command = own(call, bot);
  const place = portal.messageAt(neededId(call, "messageId"));
  neededId(call, "dialogId");
  const fields = mapOf(params.fields);
  const { attach, keyboard } = v2Content(fields);
  const text = cutText(phpTrim(phpString(fields.message)));
  if (place === undefined || (text === "" && attach.state === "absent")) {
    throw new RestError("COMMAND_ANSWER_FAILED", "Failed to send command answer");
  }
  const content = { text, attach: valueOf(attach), keyboard: valueOf(keyboard), system: v2Bool(fields.system, false) };
  answerCommand(portal, place.chat, command, content);
  return { result: true };
}

/** With the messenger's own commands, as seen on a real portal. [P] */
function list(call: Call): unknown {
  const { portal } = call;
  const bot = v2Bot(call);
  const commands = [...portal.commands.values()].filter((command) => command.botId === bot.id);
  const category = portal.users.get(bot.id)?.name ?? "";
  const rows = commands.map((command) => ({ ...view(command), ...titleOf(portal, command), category, context: "" }));
  return { commands: [...builtIn(portal), ...rows] };
}

function view({ id, botId, name, common, hidden, extranet }: Command): Params {
  return { id, botId, command: `/${name}`, common, hidden, extranetSupport: extranet };
}

const BUILT_IN: { name: string; text: keyof Words["commands"]; extranet: boolean }[] = [
  { name: "me", text: "me", extranet: true },
  { name: "loud", text: "loud", extranet: true },
  { name: ">>", text: "quote", extranet: true },
  { name: "rename", text: "rename", extranet: true },
  { name: "getDialogId", text: "dialogId", extranet: false },
  { name: "webrtcDebug", text: "debug", extranet: true },
];

function builtIn(portal: Portal): Params[] {
  const words = wordsOf(languageOf(portal.settings.language) ?? "en").commands;
  return BUILT_IN.map(({ name, text, extranet }, index) => ({
    id: `def${index}`,
    botId: 0,
    command: `/${name}`,
    common: true,
    hidden: false,
    extranetSupport: extranet,
    title: words[text],
    params: "",
    category: words.category,
    context: "",
  }));
}

const method = (name: string, run: Method["run"]): Method => ({
  ...{ name: `imbot.v2.Command.${name}`, scopes: ["imbot"], upper: false, present: isV2 },
  run,
});

export const commandV2Methods: Method[] = [
  method("register", register),
  method("update", update),
  method("unregister", unregister),
  method("answer", answer),
  method("list", list),
];
