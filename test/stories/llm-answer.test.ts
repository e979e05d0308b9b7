import assert from "node:assert/strict";
import { startModel, type Model, type Question } from "./model";
import { openStage, type Stage } from "./stage";

/** A language model that knows the price of delivery and nothing else. */
function answerTo({ messages }: Question): { status: number; content: string } {
  const question = messages.at(-1)?.content ?? "";
  if (/crash/.test(question)) return { status: 500, content: "" };
  if (/delivery/i.test(question)) return { status: 200, content: "Delivery costs 4.90 €." };
  if (/and then/i.test(question)) return { status: 200, content: `You asked: ${messages.at(-3)?.content}` };
  return { status: 200, content: "HANDOVER" };
}

describe("the story of the language model", function () {
  this.timeout(60_000);
  let model: Model;
  let stage: Stage;

  before(async () => {
    model = await startModel(answerTo);
    stage = await openStage({ LLM_URL: model.url, LLM_KEY: "key-of-the-test", LLM_MODEL: "small-one" });
  });
  beforeEach(() => void model.asked.splice(0));
  afterEach(() => stage?.endPlay());
  after(async () => {
    await stage?.close();
    model?.close();
  });

  it("answers with the model's words, and tells it what was said before", async () => {
    const { client, control } = await stage.play("llm-answer");
    const olga = client("Olga Sommer");
    await olga.hears("What does delivery cost?", /4\.90/);
    const second = await olga.hears("And then?", /You asked/);
    const [first, last] = model.asked;
    assert.deepEqual(second, ["You asked: What does delivery cost?"]);
    assert.deepEqual([first?.question.model, first?.headers.authorization], ["small-one", "Bearer key-of-the-test"]);
    assert.deepEqual(
      last?.question.messages.map(({ role }) => role),
      ["system", "user", "assistant", "user"],
    );
    assert.ok(control.log().some(({ method }) => method === "imbot.v2.Chat.InputAction.notify"));
  });

  it("forgets with the dialog", async () => {
    const { client, control } = await stage.play("llm-answer");
    const olga = client("Olga Sommer");
    await olga.hears("What does delivery cost?", /4\.90/);
    control.operatorFinishes(1, olga.chat().id);
    await olga.hears("Delivery abroad?", /4\.90/);
    assert.equal(model.asked.at(-1)?.question.messages.length, 2);
  });

  for (const [why, text] of [
    ["is not sure", "Can I pay with shells?"],
    ["fails", "Please crash"],
  ] as const)
    it(`brings a person when the model ${why}`, async () => {
      const { client, until } = await stage.play("llm-answer");
      const olga = client("Olga Sommer");
      const heard = await olga.hears(text, /rather ask a colleague/);
      await until("an operator is asked", () => olga.chat().owner !== "bot");
      assert.equal(heard.length, 1);
    });

  it("brings a person when there is no model at all", async () => {
    const { client, until } = await stage.play("llm-answer", {
      change: (node) => (node.type === "http request" ? { ...node, url: "http://127.0.0.1:1/" } : node),
    });
    const olga = client("Olga Sommer");
    await olga.hears("What does delivery cost?", /rather ask a colleague/);
    await until("an operator is asked", () => olga.chat().owner !== "bot");
    assert.deepEqual(model.asked, []);
  });
});
