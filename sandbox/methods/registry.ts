/** All methods, and how a name finds its method. */
import type { Portal } from "../model/portal";
import { botMessageMethods } from "./bot-messages";
import { generalMethods } from "./general";
import type { Method } from "./method";
import { networkMethods } from "./network";
import { sessionMethods } from "./sessions";

const METHODS: Method[] = [...generalMethods, ...sessionMethods, ...networkMethods, ...botMessageMethods];

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
  return method === undefined || method.present?.(portal) === false ? undefined : method;
}
