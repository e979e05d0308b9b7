/** What a fresh practice portal holds. */
import { createBot } from "./model/bots";
import * as people from "./model/people";
import type { Portal } from "./model/portal";
import { identityOf } from "./methods/identity";
import type { SampleBot } from "./types";

/** The bot that answers on both sample lines before any other bot is registered. */
export const SAMPLE_BOT: SampleBot = { code: "sandbox_bot", name: "Sandbox bot", token: "sandbox-bot-token" };
/** A line of another portal that can be joined. */
export const SAMPLE_NETWORK_CODE = "0123456789abcdef0123456789abcdef";

/** The webhook's user is always there; the rest only on a portal that has a sample bot. */
export function fillSample(portal: Portal, sampleBot: SampleBot | null): void {
  portal.addUser({ name: "Alex", lastName: "Novak", admin: true, position: "Administrator", gender: "M" }, 1);
  if (sampleBot === null) return;
  const anna = portal.addUser({ name: "Anna", lastName: "Weber", position: "Support", gender: "F" });
  const ivan = portal.addUser({ name: "Ivan", lastName: "Petrov", position: "Support", gender: "M" });
  const maria = portal.addUser({ name: "Maria", lastName: "Silva", position: "Sales", gender: "F", online: false });
  const bot = addBot(portal, sampleBot);
  portal.addLine({ name: "Support", queue: [anna.id, ivan.id, maria.id], bot });
  portal.addLine({ name: "Sales", queue: [ivan.id, maria.id], bot });
  portal.networkLines.set(SAMPLE_NETWORK_CODE, { code: SAMPLE_NETWORK_CODE, state: "active", botId: null });
  people.clientWrites(portal, { line: 1, client: "Olga Sommer", text: "Hello! Where is my order?" });
}

function addBot(portal: Portal, { code, name, token }: SampleBot): number {
  return createBot(portal, {
    name,
    bot: {
      code,
      identity: identityOf(token),
      api: 2,
      type: "openline",
      openline: true,
      eventMode: "fetch",
    },
  }).id;
}
