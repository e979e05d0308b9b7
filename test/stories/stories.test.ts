import assert from "node:assert/strict";
import { SAMPLE_NETWORK_CODE } from "../../sandbox/index";
import type { FlowNode } from "../support/project";
import { openStage, type Client, type Play, type Stage } from "./stage";

/** Sets environment variables of the example's tab, as its dialog does. */
const withEnv =
  (values: Readonly<Record<string, string>>) =>
  (node: FlowNode): FlowNode => {
    if (node.type !== "tab") return node;
    const env = (node["env"] ?? []) as { name: string; value: string }[];
    return { ...node, env: env.map((entry) => ({ ...entry, value: values[entry.name] ?? entry.value })) };
  };

describe("the stories of the examples", function () {
  this.timeout(60_000);
  let stage: Stage;

  before(async () => {
    stage = await openStage();
  });
  afterEach(() => stage?.endPlay());
  after(() => stage?.close());

  const asked = ({ until }: Play, client: Client): Promise<void> =>
    until("an operator is asked", () => client.chat().owner !== "bot");

  describe("working hours", () => {
    const ALWAYS = { OPEN_FROM: "0", OPEN_TO: "24" };
    const NEVER = { OPEN_FROM: "24", OPEN_TO: "24" };
    /** At weekends the line is closed whatever the hours are. */
    const everyDay = (node: FlowNode): FlowNode =>
      typeof node["property"] === "string" ? { ...node, property: node["property"].replace("<= 5", "<= 7") } : node;

    it("hands over while people are there", async () => {
      const play = await stage.play("working-hours", { change: (node) => everyDay(withEnv(ALWAYS)(node)) });
      const olga = play.client("Olga Sommer");
      const heard = await olga.hears("Hi", /a colleague/);
      await asked(play, olga);
      assert.equal(heard.length, 1);
    });

    it("asks for a contact when nobody is online, and leaves the dialog in the queue", async () => {
      const play = await stage.play("working-hours", { change: (node) => everyDay(withEnv(ALWAYS)(node)) });
      for (const { id } of play.control.state().operators) play.control.setOnline(id, false);
      const olga = play.client("Olga Sommer");
      await olga.hears("Hi", /Please leave/);
      await olga.hears("What do you mean?", /Please leave/);
      await olga.hears("olga@example.com", /as soon as we are back/);
      await asked(play, olga);
      assert.deepEqual([olga.chat().owner, olga.chat().operatorId], ["waiting", 0]);
    });

    it("asks for a contact out of hours, whoever is online", async () => {
      const play = await stage.play("working-hours", { change: (node) => everyDay(withEnv(NEVER)(node)) });
      const olga = play.client("Olga Sommer");
      const first = await olga.hears("Call me: +49 30 123456", /Please leave/);
      await olga.hears("+49 30 123456", /as soon as we are back/);
      assert.match(first[0] ?? "", /^We are here from Monday to Friday, 24 to 24 h\./);
    });
  });

  describe("menu with numbers", () => {
    it("leads down and up again, by number and by title, on any channel", async () => {
      const play = await stage.play("numbered-menu");
      const olga = play.client("Olga Sommer", { connector: "telegrambot" });
      const top = "Please answer with a number:\n1 – Delivery\n2 – Returns\n3 – Talk to a person";
      const below = "Please answer with a number:\n1 – How long does it take?\n2 – What does it cost?\n3 – Back";
      const heard = [
        await olga.hears("Hi", /Please answer/),
        await olga.hears("1", /How long/),
        await olga.hears("7", /How long/),
        await olga.hears("3", /Returns/),
        await olga.hears("delivery", /How long/),
        await olga.hears("2", /4\.90/),
        await olga.hears("2", /30 days/),
      ];
      assert.deepEqual(heard, [
        [top],
        [below],
        [below],
        [top],
        [below],
        ["€4.90, free for orders over €50."],
        ["Send it back within 30 days; the label is in the parcel."],
      ]);
    });

    it("keeps each dialog's place to itself, and brings a person", async () => {
      const play = await stage.play("numbered-menu");
      const [olga, pavel] = [play.client("Olga Sommer"), play.client("Pavel Orlov")];
      await olga.hears("1", /How long/);
      await pavel.hears("3", /a colleague/);
      await asked(play, pavel);
      await olga.hears("3", /Returns/);
      assert.equal(olga.chat().owner, "bot");
    });
  });

  describe("survey after the dialog", () => {
    it("asks for a rating and closes the dialog", async () => {
      const play = await stage.play("rating-at-the-end");
      const olga = play.client("Olga Sommer");
      await olga.hears("Hi", /Your flow would/);
      await olga.hears("Thank you, bye!", /from 1/);
      await olga.hears("Very well", /A number/);
      await olga.hears("5", /Thank you, and goodbye/);
      await play.until("the dialog is closed", () => olga.chat().owner === "closed");
      const next = await olga.hears("4", /Your flow would/);
      assert.equal(next.length, 1);
    });

    it("brings a person after a bad rating", async () => {
      const play = await stage.play("rating-at-the-end");
      const olga = play.client("Olga Sommer");
      await olga.hears("bye", /from 1/);
      await olga.hears("1!", /sorry/);
      await asked(play, olga);
      assert.notEqual(olga.chat().owner, "closed");
    });
  });

  describe("CRM look-up", () => {
    async function withCrm(): Promise<Play & { contact: number }> {
      const play = await stage.play("crm-lookup");
      const { control } = play;
      control.configure({ scopes: [...control.settings().scopes, "crm"] });
      const contact = control.addCrmItem({ type: "CONTACT", fields: { NAME: "Olga" } });
      const deal = (TITLE: string, CLOSED: string, STAGE_ID: string): number =>
        control.addCrmItem({ type: "DEAL", fields: { TITLE, CLOSED, STAGE_ID, CONTACT_ID: String(contact) } });
      deal("Bicycle", "N", "EXECUTING");
      deal("Bell", "Y", "WON");
      deal("Lamp", "N", "NEW");
      return { ...play, contact };
    }

    it("tells the client what is under way", async () => {
      const { client, control, line, contact } = await withCrm();
      const olga = client("Olga Sommer");
      control.clientWrites({ line, client: "Olga Sommer", text: "My order?", crm: [{ type: "CONTACT", id: contact }] });
      const heard = await olga.hears("Hello?", /Your open orders/);
      assert.equal(heard[0], "Hello, Olga! Your open orders:\n• Lamp – received\n• Bicycle – being prepared");
    });

    it("brings a person when the client is unknown, has no deal, or the CRM is closed to the webhook", async () => {
      const play = await withCrm();
      const { client, control, line, contact } = play;
      const unknown = client("Pavel Orlov");
      await unknown.hears("My order?", /look it up/);
      await asked(play, unknown);
      const noDeal = control.addCrmItem({ type: "CONTACT", fields: { NAME: "Nina" } });
      control.clientWrites({ line, client: "Nina Laurent", text: "Hi", crm: [{ type: "CONTACT", id: noDeal }] });
      const nina = client("Nina Laurent");
      nina.says("My order?");
      await asked(play, nina);
      control.configure({ scopes: ["im", "imbot", "imopenlines", "user"] });
      control.clientWrites({ line, client: "Olga Sommer", text: "Hi", crm: [{ type: "CONTACT", id: contact }] });
      const known = client("Olga Sommer");
      const heard = await known.hears("My order?", /look it up/);
      await asked(play, known);
      assert.doesNotMatch(heard.join(), /Your open orders/);
    });
  });

  describe("news by network channel", () => {
    it("writes to everybody once a week", async () => {
      const { control, press, until } = await stage.play("network-news");
      const sends = (): number => control.log().filter(({ method }) => /network\.message/.test(method)).length;
      const news = (): string[] =>
        control
          .chats()
          .filter(({ type }) => type === "private")
          .flatMap(({ messages }) => messages.map(({ text }) => text));
      const people = control.state().operators.length;
      await press("send the news");
      await until("everybody was written to", () => news().length === people);
      await press("send the news");
      await until("everybody was tried again", () => sends() === 2 * people);
      const codes = control
        .log()
        .filter(({ method }) => /network\.message/.test(method))
        .map(({ error }) => error);
      assert.deepEqual(news(), Array(people).fill("News of the week: https://example.com/news"));
      assert.deepEqual(codes.slice(people), Array(people).fill("USER_MESSAGE_LIMIT"));
      assert.equal(control.state().networkLines.find(({ code }) => code === SAMPLE_NETWORK_CODE)?.botId !== null, true);
    });
  });

  describe("errors: wait and repeat", () => {
    const quick = (node: FlowNode): FlowNode => (node.type === "delay" ? { ...node, timeout: "0.05" } : node);
    const SEND = "imbot.v2.Chat.Message.send";

    it("repeats what certainly did not run until it does", async () => {
      const { control, client } = await stage.play("errors-and-retries", { change: quick });
      control.addFault({ kind: "redirect", to: "https://elsewhere.example/", method: SEND, count: 3 });
      const olga = client("Olga Sommer");
      const heard = await olga.hears("Hello", /You wrote/);
      assert.deepEqual(heard, ["You wrote: Hello"]);
      assert.deepEqual(
        control.faults().filter(({ left }) => left !== 0),
        [],
      );
    });

    it("gives up after five repeats", async () => {
      const { control, client, until } = await stage.play("errors-and-retries", { change: quick });
      const id = control.addFault({ kind: "redirect", to: "https://elsewhere.example/", method: SEND, count: 100 });
      const struck = (): number => control.faults().find((fault) => fault.id === id)?.hits ?? 0;
      const olga = client("Olga Sommer");
      olga.says("Hello");
      await until("six attempts were made", () => struck() === 6);
      control.clearFaults();
      await olga.hears("Still there?", /Still there/);
      assert.deepEqual(olga.heard(), ["You wrote: Still there?"]);
    });

    it("does not repeat what the portal refused", async () => {
      const { control, client } = await stage.play("errors-and-retries", { change: quick });
      control.addFault({ kind: "error", code: "SENDING_FAILED", status: 400, method: SEND, count: 1 });
      const olga = client("Olga Sommer");
      olga.says("Hello");
      await olga.hears("Are you there?", /Are you there/);
      assert.deepEqual(olga.heard(), ["You wrote: Are you there?"]);
    });
  });
});
