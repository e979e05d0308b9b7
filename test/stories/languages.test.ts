import assert from "node:assert/strict";
import { LANGUAGES, readText, type FlowNode, type Language } from "../support/project";
import { startModel, type Model } from "./model";
import { openStage, type Play, type Stage } from "./stage";

type Catalogue = Record<string, Record<string, string>>;

const quoted = (text: string): string => /[“«„]([^”»“]+)[”»“]/.exec(text)?.[1] ?? "";
const exactly = (text: string): RegExp => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);

/** What the model was told, and an answer that is the same in every language. */
const PRICE = "4,90";

describe("the stories in the other languages", function () {
  this.timeout(60_000);
  let model: Model;
  let stage: Stage;

  before(async () => {
    model = await startModel(({ messages }) => ({
      status: 200,
      content: messages.at(-1)?.content === "?" ? "HANDOVER" : PRICE,
    }));
    stage = await openStage({ LLM_URL: model.url, LLM_KEY: "key", LLM_MODEL: "model" });
  });
  afterEach(() => stage?.endPlay());
  after(async () => {
    await stage?.close();
    model?.close();
  });

  for (const language of LANGUAGES.filter((name) => name !== "en-US")) {
    describe(language, () => {
      const catalogue = JSON.parse(readText(`locales/${language}/examples.json`)) as Catalogue;
      const play = (example: string, change?: (node: FlowNode) => FlowNode): Promise<Play> =>
        stage.play(example, { language: language as Language, ...(change !== undefined && { change }) });
      /** A text of an example as this language says it. */
      const say = (example: string, english: string): string => {
        const text = catalogue[example]?.[english] ?? catalogue["*"]?.[english];
        assert.ok(text, `${example}: ${english}`);
        return text;
      };
      const asked = ({ until }: Play, client: { chat(): { owner: string } }): Promise<void> =>
        until("an operator is asked", () => client.chat().owner !== "bot");

      it("support bot: hears each word and each number that its menu offers", async () => {
        const text = (english: string): string => say("support-bot", english);
        const menu = text(
          "Write a number or a word:\n1 – orders\n2 – opening hours\n3 – sales\n4 – an operator\n5 – finish",
        );
        const words = menu
          .split("\n")
          .slice(1)
          .map((line) => line.replace(/^\d – /, ""));
        const answers = [
          "Orders leave our warehouse within a day and arrive two days later. Is yours late? Write “operator”.",
          "We are here from Monday to Friday, 9:00 to 18:00.",
          "One moment, I am passing you on to our sales team.",
          "One moment, a colleague will answer you here.",
          "Thank you for writing. Have a nice day!",
        ].map(text);
        const { client } = await play("support-bot");
        const greeted = client("Olga Sommer");
        const first = await greeted.hears("…", exactly(menu));
        for (const [at, answer] of answers.entries()) {
          await client(`Word ${at}`).hears(words[at] ?? "", exactly(answer));
          await client(`Number ${at}`).hears(`${at + 1})`, exactly(answer));
        }
        const helped = client("Late");
        await helped.hears(quoted(answers[0] ?? ""), exactly(answers[3] ?? ""));
        assert.deepEqual(first, [`${text("Hello")}, Olga${text("! I am the support bot.")}`, menu]);
        assert.deepEqual([words.length, helped.heard().length], [5, 2]);
      });

      it("echo: answers, and brings a person who is asked for", async () => {
        const live = await play("answer-or-operator");
        const olga = live.client("Olga Sommer");
        const heard = await olga.hears("ABC", /ABC$/);
        olga.says(say("*", "operator"));
        await asked(live, olga);
        assert.deepEqual(heard, [`${say("answer-or-operator", "You wrote: ")}ABC`]);
      });

      it("working hours: asks for a contact out of hours", async () => {
        const text = (english: string): string => say("working-hours", english);
        const live = await play("working-hours", (node) =>
          node.type === "tab" ? { ...node, env: withHours(node["env"] as { name: string; value: string }[]) } : node,
        );
        const olga = live.client("Olga Sommer");
        const heard = await olga.hears("…", exactly(text("We are here from Monday to Friday, ")));
        await olga.hears("+49 30 123456", exactly(text("Thank you! We will get in touch as soon as we are back.")));
        await asked(live, olga);
        const [from, to, end] = [
          "We are here from Monday to Friday, ",
          " to ",
          " h. Please leave your phone number or email address.",
        ];
        assert.deepEqual(heard, [`${text(from ?? "")}24${text(to ?? "")}24${text(end ?? "")}`]);
      });

      it("menu with numbers: down by title, and to an answer", async () => {
        const text = (english: string): string => say("numbered-menu", english);
        const { client } = await play("numbered-menu");
        const olga = client("Olga Sommer");
        const first = await olga.hears("…", exactly(text("Please answer with a number:\n")));
        const below = await olga.hears(text("Delivery").toUpperCase(), exactly(text("Please answer with a number:\n")));
        const last = await olga.hears("2", exactly(text("€4.90, free for orders over €50.")));
        const list = (...titles: string[]): string[] => [
          text("Please answer with a number:\n") + titles.map((title, at) => `${at + 1} – ${text(title)}`).join("\n"),
        ];
        assert.deepEqual(first, list("Delivery", "Returns", "Talk to a person"));
        assert.deepEqual(below, list("How long does it take?", "What does it cost?", "Back"));
        assert.equal(last.length, 1);
      });

      it("survey: hears the goodbye that it names, and closes the dialog", async () => {
        const text = (english: string): string => say("rating-at-the-end", english);
        const { client, until } = await play("rating-at-the-end");
        const olga = client("Olga Sommer");
        const offer = text("Your flow would answer here. Write “bye” to end the conversation.");
        await olga.hears("ABC", exactly(offer));
        await olga.hears(quoted(offer), exactly(text("How did we do, from 1 (poor) to 5 (great)?")));
        const end = await olga.hears("5", exactly(text("Thank you, and goodbye!")));
        await until("the dialog is closed", () => olga.chat().owner === "closed");
        assert.equal(end.length, 1);
      });

      it("CRM look-up: tells what is under way", async () => {
        const text = (english: string): string => say("crm-lookup", english);
        const { client, control, line } = await play("crm-lookup");
        control.configure({ scopes: [...control.settings().scopes, "crm"] });
        const contact = control.addCrmItem({ type: "CONTACT", fields: { NAME: "Olga" } });
        const fields = { TITLE: "Lamp", CLOSED: "N", STAGE_ID: "EXECUTING", CONTACT_ID: String(contact) };
        control.addCrmItem({ type: "DEAL", fields });
        control.clientWrites({ line, client: "Olga Sommer", text: "…", crm: [{ type: "CONTACT", id: contact }] });
        const heard = await client("Olga Sommer").hears("?", /Lamp/);
        assert.equal(
          heard[0],
          `${text("Hello")}, Olga${text("! Your open orders:")}\n• Lamp – ${text("being prepared")}`,
        );
      });

      it("language model: is told of HANDOVER in this language, and a person comes", async () => {
        const text = (english: string): string => say("llm-answer", english);
        const live = await play("llm-answer");
        const olga = live.client("Olga Sommer");
        await olga.hears("A", exactly(PRICE));
        const heard = await olga.hears("?", exactly(text("I would rather ask a colleague. One moment, please.")));
        await asked(live, olga);
        const translated = Object.values(catalogue["llm-answer"] ?? {}).filter((one) => one.includes("HANDOVER"));
        assert.equal(heard.length, 1);
        assert.deepEqual([model.asked.at(-1)?.question.messages[0]?.content], translated);
      });

      it("news: the button writes to everybody", async () => {
        const { control, press, until } = await play("network-news");
        const news = (): string[] =>
          control
            .chats()
            .filter(({ type }) => type === "private")
            .flatMap(({ messages }) => messages.map(({ text }) => text));
        const people = control.state().operators.length;
        await press(say("network-news", "send the news"));
        await until("everybody was written to", () => news().length === people);
        assert.deepEqual(new Set(news()), new Set([say("network-news", "News of the week: https://example.com/news")]));
      });

      it("errors: the answer comes after a repeat", async () => {
        const quick = (node: FlowNode): FlowNode => (node.type === "delay" ? { ...node, timeout: "0.05" } : node);
        const { control, client } = await play("errors-and-retries", quick);
        const method = "imbot.v2.Chat.Message.send";
        control.addFault({ kind: "redirect", to: "https://elsewhere.example/", method, count: 1 });
        const heard = await client("Olga Sommer").hears("ABC", /ABC$/);
        assert.deepEqual(heard, [`${say("errors-and-retries", "You wrote: ")}ABC`]);
      });
    });
  }
});

/** Hours at which nobody is ever there. */
function withHours(env: { name: string; value: string }[]): { name: string; value: string }[] {
  return env.map((entry) => (entry.name.startsWith("OPEN_") ? { ...entry, value: "24" } : entry));
}
