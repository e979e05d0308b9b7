/** What a fresh practice portal holds. */
import { createBot, identityOf } from "./bots";
import { addCrmItem } from "./crm";
import type { Portal } from "./memory";
import * as people from "./people";
import type { CrmItem } from "./view-types";
import type { Words } from "./words";

export interface SampleBot {
  code: string;
  name: string;
  token: string;
}

/** The bot that answers on both sample open channels before any other bot is registered. */
export const SAMPLE_BOT: SampleBot = { code: "sandbox_bot", name: "Sandbox bot", token: "sandbox-bot-token" };
/** An open channel of another portal that can be joined. */
export const SAMPLE_NETWORK_CODE = "0123456789abcdef0123456789abcdef";

/** The webhook's user is always there; the rest only on a portal that has a sample bot. */
export function fillSample(portal: Portal, sampleBot: SampleBot | null, words: Words["sample"]): void {
  const { admin, woman, man, absent } = words.people;
  portal.addUser({ ...admin, admin: true, gender: "M" }, 1);
  if (sampleBot === null) return;
  const first = portal.addUser({ ...woman, gender: "F" }).id;
  const second = portal.addUser({ ...man, gender: "M" }).id;
  const third = portal.addUser({ ...absent, gender: "F", online: false }).id;
  const bot = addBot(portal, sampleBot);
  portal.addLine({ name: words.lines.support, queue: [first, second, third], bot });
  portal.addLine({ name: words.lines.sales, queue: [second, third], bot });
  portal.networkLines.set(SAMPLE_NETWORK_CODE, { code: SAMPLE_NETWORK_CODE, state: "active", botId: null });
  const { name, lastName, says } = words.client;
  const crm = addToCrm(portal, words);
  people.clientWrites(portal, { line: 1, client: `${name} ${lastName}`, text: says, crm });
}

/** The sample's client is known, and has ordered something. */
function addToCrm(portal: Portal, { client, deal }: Words["sample"]): CrmItem[] {
  const contact = addCrmItem(portal, { type: "CONTACT", fields: { NAME: client.name, LAST_NAME: client.lastName } });
  const fields = { TITLE: deal, STAGE_ID: "EXECUTING", CLOSED: "N", CONTACT_ID: String(contact) };
  addCrmItem(portal, { type: "DEAL", fields });
  return [{ type: "CONTACT", id: contact }];
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
