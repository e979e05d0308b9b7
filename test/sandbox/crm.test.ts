import assert from "node:assert/strict";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { refusal, result, sample, TOKEN } from "./support";

type Row = Record<string, string>;

describe("sandbox: the CRM", () => {
  let sandbox: Sandbox;
  let contact: number;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  beforeEach(() => {
    const { control } = sandbox;
    control.reset();
    contact = control.addCrmItem({ type: "CONTACT", fields: { NAME: "Olga" } });
    for (const [TITLE, CLOSED] of [
      ["Lamp", "N"],
      ["Bell", "Y"],
      ["Pump", "N"],
    ] as const)
      control.addCrmItem({ type: "DEAL", fields: { TITLE, CLOSED, CONTACT_ID: String(contact) } });
  });

  it("finds an item by its number, and says what is not there", async () => {
    const found = (await result(sandbox, "crm.contact.get", { id: contact })) as Row;
    const missing = await refusal(sandbox, "crm.contact.get", { id: 99 });
    const other = await refusal(sandbox, "crm.company.get", { id: contact });
    assert.deepEqual(found, { NAME: "Olga", ID: String(contact) });
    assert.deepEqual([missing, other], ["400 ", "400 "]);
  });

  it("lists by filter, newest first when asked, with the fields asked for", async () => {
    const filter = { CONTACT_ID: contact, CLOSED: "N" };
    const deals = (await result(sandbox, "crm.deal.list", {
      filter,
      order: { ID: "DESC" },
      select: ["TITLE"],
    })) as Row[];
    const all = (await result(sandbox, "crm.deal.list")) as Row[];
    assert.deepEqual(
      deals.map(({ TITLE }) => TITLE),
      ["Pump", "Lamp"],
    );
    assert.deepEqual(Object.keys(deals[0] ?? {}).sort(), ["ID", "TITLE"]);
    assert.equal(all.length, 4, "the sample's client has one as well");
  });

  it("needs the permission", async () => {
    sandbox.control.configure({ scopes: ["imbot"] });
    assert.equal(await refusal(sandbox, "crm.deal.list"), "401 insufficient_scope");
  });

  it("holds the sample's client and the order, as the dialog's own contact", async () => {
    const { control } = sandbox;
    const [own] = control.chats()[0]?.crm ?? [];
    const person = (await result(sandbox, "crm.contact.get", { id: own?.id })) as Row;
    const orders = (await result(sandbox, "crm.deal.list", { filter: { CONTACT_ID: own?.id } })) as Row[];
    assert.deepEqual([own?.type, person.NAME, person.LAST_NAME], ["CONTACT", "Olga", "Sommer"]);
    assert.deepEqual(
      orders.map(({ TITLE, CLOSED }) => [TITLE, CLOSED]),
      [["Desk lamp", "N"]],
    );
  });

  it("stands in the events of a dialog that belongs to it, until the portal is reset", async () => {
    const { control } = sandbox;
    const { botId } = sample(sandbox);
    const read = async () =>
      (await result(sandbox, "imbot.v2.Event.get", { botId, botToken: TOKEN })) as {
        events: { data: { chat: { entityData1: string; entityData2: string } } }[];
      };
    control.clientWrites({ line: 1, client: "Olga Sommer", text: "Hi", crm: [{ type: "CONTACT", id: contact }] });
    const chat = (await read()).events.at(-1)?.data.chat;
    control.reset();
    const after = (await read()).events.at(-1)?.data.chat;
    assert.match(chat?.entityData1 ?? "", new RegExp(`^Y\\|CONTACT\\|${contact}\\|`));
    assert.equal(chat?.entityData2, `LEAD|0|COMPANY|0|CONTACT|${contact}|DEAL|0`);
    assert.match(after?.entityData1 ?? "", /^Y\|CONTACT\|1\|/, "the sample's own again");
  });
});
