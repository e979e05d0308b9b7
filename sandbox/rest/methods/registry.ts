/** All methods, and how a name finds its method. */
import type { Portal } from "../../portal/memory";
import { botMessageMethods } from "./bot-messages";
import { botV1Methods } from "./bots-v1";
import { botV2Methods } from "./bots-v2";
import { commandV1Methods } from "./commands-v1";
import { commandV2Methods } from "./commands-v2";
import { crmMethods } from "./crm";
import { generalMethods } from "./general";
import { messageChangeMethods } from "./message-changes";
import type { Method } from "./method";
import { networkMethods } from "./network";
import { lineMethods } from "./open-channels";
import { reactionMethods } from "./reactions";
import { sessionMethods } from "./sessions";

const METHODS: Method[] = [
  ...generalMethods,
  ...sessionMethods,
  ...networkMethods,
  ...lineMethods,
  ...crmMethods,
  ...botMessageMethods,
  ...messageChangeMethods,
  ...reactionMethods,
  ...commandV1Methods,
  ...commandV2Methods,
  ...botV1Methods,
  ...botV2Methods,
];

/** Classic methods are found in any letter case; controllers only as documented. [S01 rest.server] */
const BY_NAME = new Map(
  METHODS.map((method) => [isController(method.name) ? method.name : method.name.toLowerCase(), method]),
);

function isController(name: string): boolean {
  return name.startsWith("imbot.v2.");
}

/** The method of that name, when the portal has it now. */
export function findMethod(portal: Portal, name: string): Method | undefined {
  const method = BY_NAME.get(name.toLowerCase()) ?? BY_NAME.get(name);
  return isPresent(portal, method) ? method : undefined;
}

/** The method of that name in any letter case, for questions about methods. */
export function askMethod(portal: Portal, name: string): Method | undefined {
  const wanted = name.toLowerCase();
  const method = METHODS.find((entry) => entry.name.toLowerCase() === wanted);
  return isPresent(portal, method) ? method : undefined;
}

function isPresent(portal: Portal, method: Method | undefined): boolean {
  if (method === undefined || method.present?.(portal) === false) return false;
  return portal.settings.imbotInstalled || !method.name.startsWith("imbot.");
}
