/** The settings of an open channel as REST names them; all values are strings. [6.4] */
import type { Line } from "../../portal/entities";
import { isArray, phpInt, phpString, type Params } from "../../portal/php";

const yes = (value: boolean): string => (value ? "Y" : "N");

/** A row as `config.get` and `config.list.get` show it. */
export function lineRow(line: Line): Params {
  return {
    ID: String(line.id),
    ACTIVE: yes(line.active),
    LINE_NAME: line.name,
    CRM: "Y",
    QUEUE_TYPE: line.queueType,
    QUEUE_TIME: "60",
    MAX_CHAT: String(line.maxChat),
    WELCOME_BOT_ENABLE: yes(line.botEnabled),
    WELCOME_BOT_ID: String(line.bot ?? 0),
    WELCOME_BOT_JOIN: line.botJoin,
    WELCOME_BOT_TIME: String(line.botTime),
    WELCOME_BOT_LEFT: line.welcomeBotLeft,
    WELCOME_MESSAGE: yes(line.welcomeText !== null),
    WELCOME_MESSAGE_TEXT: line.welcomeText ?? "",
    NO_ANSWER_RULE: line.noAnswerText === null ? "none" : "text",
    NO_ANSWER_TEXT: line.noAnswerText ?? "",
    NO_ANSWER_TIME: String(line.noAnswerTime),
    CLOSE_RULE: line.closeText === null ? "none" : "text",
    CLOSE_TEXT: line.closeText ?? "",
    VOTE_MESSAGE: yes(line.voteText !== null),
    VOTE_MESSAGE_1_TEXT: line.voteText ?? "",
  };
}

/** A text that a switch turns on and off. */
function switched(params: Params, flag: string, on: string, text: string, present: string | null): string | null {
  const isOn = flag in params ? params[flag] === on : present !== null;
  if (!isOn) return null;
  return text in params ? phpString(params[text]) : (present ?? "");
}

/** Takes over what `config.update` gives; unknown names are ignored. */
export function updateLine(line: Line, params: Params): void {
  if ("LINE_NAME" in params) line.name = phpString(params.LINE_NAME);
  if ("ACTIVE" in params) line.active = params.ACTIVE === "Y";
  if ("WELCOME_BOT_ENABLE" in params) line.botEnabled = params.WELCOME_BOT_ENABLE === "Y";
  if ("WELCOME_BOT_ID" in params) line.bot = phpInt(params.WELCOME_BOT_ID) || null;
  if (params.WELCOME_BOT_JOIN === "first" || params.WELCOME_BOT_JOIN === "always")
    line.botJoin = params.WELCOME_BOT_JOIN;
  if ("WELCOME_BOT_TIME" in params) line.botTime = Math.max(0, phpInt(params.WELCOME_BOT_TIME));
  if (params.WELCOME_BOT_LEFT === "queue" || params.WELCOME_BOT_LEFT === "close") {
    line.welcomeBotLeft = params.WELCOME_BOT_LEFT;
  }
  if ("MAX_CHAT" in params) line.maxChat = Math.max(0, phpInt(params.MAX_CHAT));
  if ("NO_ANSWER_TIME" in params) line.noAnswerTime = Math.max(0, phpInt(params.NO_ANSWER_TIME));
  const { QUEUE_TYPE: queueType } = params;
  if (queueType === "evenly" || queueType === "strictly" || queueType === "all") line.queueType = queueType;
  line.welcomeText = switched(params, "WELCOME_MESSAGE", "Y", "WELCOME_MESSAGE_TEXT", line.welcomeText);
  line.noAnswerText = switched(params, "NO_ANSWER_RULE", "text", "NO_ANSWER_TEXT", line.noAnswerText);
  line.closeText = switched(params, "CLOSE_RULE", "text", "CLOSE_TEXT", line.closeText);
  line.voteText = switched(params, "VOTE_MESSAGE", "Y", "VOTE_MESSAGE_1_TEXT", line.voteText);
  if (isArray(params.QUEUE))
    line.queue = Object.values(params.QUEUE)
      .map(queueMember)
      .filter((id) => id > 0);
}

function queueMember(value: unknown): number {
  return phpInt(isArray(value) ? value.ENTITY_ID : value);
}
