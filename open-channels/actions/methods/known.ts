import { METHODS as BOTS_V1 } from "./bots-v1";
import { METHODS as BOTS_V2 } from "./bots-v2";
import { METHODS as CHAT_V2 } from "./chat-v2";
import { METHODS as CRM } from "./crm";
import { METHODS as LINES } from "./lines";
import { methodId, type Method } from "./method";
import { METHODS as SESSIONS } from "./sessions";

const known = new Map<string, Method>();

/** Adds methods to those that are known by their names; each action's declaration does so with its own. */
export function know(methods: readonly Method[]): void {
  for (const method of methods) known.set(methodId(method.name), method);
}

for (const methods of [SESSIONS, LINES, CRM, CHAT_V2, BOTS_V2, BOTS_V1]) know(methods);

/** A method by its name as the portal takes it; undefined when nothing is known of it. */
export const findMethod = (name: string): Method | undefined => known.get(methodId(name.trim()));

/** All that are known, those of Open Channels first, then the newer bot platform, each in the order of their names. */
export const knownMethods = (): readonly Method[] =>
  [...known.values()].sort(
    (one, other) => groupOf(one) - groupOf(other) || (one.name < other.name ? -1 : Number(one.name > other.name)),
  );

const groupOf = ({ name }: Method): number =>
  name.startsWith("imopenlines.") ? 0 : name.startsWith("imbot.v2.") ? 1 : 2;
