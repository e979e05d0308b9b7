import { RARE_METHOD_ERRORS } from "../../open-channels/actions/methods/shared-errors";
import { knownMethods } from "../../open-channels/actions/methods/known";
import { BOT_ERRORS } from "../../open-channels/bot/errors";
import { LINE_ERRORS } from "../../open-channels/portal/errors";
import { ADMIN_ERRORS } from "../../nodes/admin/errors";
import { COMMON_ERRORS, RARE_ERRORS } from "../../rest/codes";
import { OPERATIONS } from "./declarations";

/** Every code that is declared anywhere, by what declares it. */
export const DECLARED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["every call", [...Object.keys(COMMON_ERRORS), ...RARE_ERRORS]],
  ["the bot", Object.keys(BOT_ERRORS)],
  ["lines", Object.keys(LINE_ERRORS)],
  ["the routes of the dialogs", Object.keys(ADMIN_ERRORS)],
  ...OPERATIONS.map(({ type, codes }): [string, readonly string[]] => [type, codes]),
  ...knownMethods().map(({ name, errors }): [string, readonly string[]] => [name, errors]),
  ...Object.entries(RARE_METHOD_ERRORS).map(([name, codes]): [string, readonly string[]] => [`rarely ${name}`, codes]),
]);

/** Uses of methods where one code can mean something else. */
export const USES: readonly string[] = [
  ...new Set(OPERATIONS.flatMap(({ type, ways }) => ways.map(({ texts }) => texts ?? type.replace("bitrix24-", "")))),
  // What the dialog of the portal tells of the bot.
  "bot",
];
