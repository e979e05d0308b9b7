import { isWeakToken } from "../checks/token";
import { configInput } from "../shared/dom";
import { STORED_SECRET, text } from "../shared/text";
import { codeFor } from "./bot-code";
import { clearLines, followToLines } from "./lines";
import { MadeBots, type MadeBot } from "./made-bots";
import { ask } from "./question";
import { forget, say, type Result } from "./results";
import { saved, typed, type PortalDialog } from "./state";
import { onEnter, openStep, summarize } from "./steps";

/** What has become of the bot. */
interface FoundBot {
  readonly id: number;
  readonly name: string;
  readonly result: "registered" | "found" | "updated";
  /** Whether the dialog has to keep the token that it made for a new bot. */
  readonly keepToken: boolean;
  readonly weakToken: boolean;
}

const SENT = ["botCode", "botName", "botId", "botToken", "eventMode", "publicUrl"];
const made = new MadeBots();

/** Step 2: the bot behind the webhook. */
export function prepareBot(dialog: PortalDialog): void {
  warnOfToken(dialog);
  dialog.botId = ownMade(dialog).id;
  const act = (): void => repair(dialog);
  $("#b24-repair").on("click", act);
  configInput("botName").on("change", suggestCode);
  onEnter(["botName", "botCode", "botId", "botToken"], act);
  configInput("botCode")
    .add(configInput("botId"))
    .on("input", () => forgetBot(dialog));
}

/** A new bot needs a token: when the field is empty, it gets the one made here. */
export function keepTokenOf(dialog: PortalDialog): void {
  const isNew = typed("botCode") !== "" && typed("botCode") !== saved(dialog, "botCode");
  if (isNew && typed("botToken") === "" && typed("botId") === "") configInput("botToken").val(ownMade(dialog).token);
}

/** What was said of the bot holds no longer: the fields mean another one. */
export function forgetBot(dialog: PortalDialog): void {
  dialog.botId = ownMade(dialog).id;
  forget(dialog, ["bot", "lines"]);
  summarize("bot", "");
  clearLines(dialog);
}

function ownMade({ node }: PortalDialog): MadeBot {
  const webhook = typed("webhookUrl");
  return made.at(webhook === STORED_SECRET ? node.id : webhook, typed("botCode"));
}

function suggestCode(): void {
  if (typed("botCode") !== "" || typed("botId") !== "") return;
  const code = codeFor(typed("botName"));
  if (code !== "") configInput("botCode").val(code).trigger("input").trigger("change");
}

function repair(dialog: PortalDialog): void {
  const own = ownMade(dialog);
  const list = $("#b24-bot-result");
  const fields = Object.fromEntries(SENT.map((name) => [name, configInput(name).val()]));
  ask<FoundBot>(dialog, {
    path: "bot",
    body: { newToken: own.token, ...fields },
    button: $("#b24-repair"),
    list,
    answer(bot) {
      own.id = bot.id;
      dialog.botId = bot.id;
      dialog.holdsToken = bot.keepToken;
      if (bot.keepToken) configInput("botToken").val(own.token).trigger("change");
      const values = { name: bot.name || typed("botCode"), id: bot.id };
      summarize("bot", text("portal.bot.state", values));
      say(dialog, list, botResults(bot, values));
      followToLines(dialog);
    },
  });
}

function botResults(bot: FoundBot, values: { name: string; id: number }): Result[] {
  const texts = {
    registered: text("portal.bot.registered", values),
    found: text("portal.bot.found", values),
    updated: text("portal.bot.updated", values),
  };
  const hint = bot.keepToken ? text("portal.bot.keepToken") : undefined;
  return [
    { kind: "good", text: texts[bot.result], wide: true, hint },
    ...(bot.weakToken ? [{ kind: "careful", text: text("portal.note.weakToken"), wide: true } as const] : []),
  ];
}

/** An existing bot's token may be short, and then a note says so; for a new bot it is refused. */
function warnOfToken(dialog: PortalDialog): void {
  const note = $("#b24-token-note");
  const token = configInput("botToken");
  const refresh = (): void => {
    const isWeak = isWeakToken(token.val()) && typed("botId") !== "";
    if (isWeak !== note.hasClass("b24-hidden")) return;
    note.toggleClass("b24-hidden", !isWeak);
    if (isWeak) openStep(dialog, "bot");
  };
  token.on("input change", refresh);
  // Whether a short token is right depends on the ID. Only what is typed counts: the editor's own "change" of an
  // opening dialog would mark its fields as wrong before anybody has typed.
  configInput("botId")
    .on("change", refresh)
    .on("input", () => token.trigger("change"));
}
