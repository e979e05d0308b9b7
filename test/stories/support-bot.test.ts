import assert from "node:assert/strict";
import { openStage, type Stage } from "./stage";

const CALLING = "One moment, a colleague will answer you here.";
const HELLO = "Hello, Olga! I am the support bot.";

describe("the story of the support bot", function () {
  this.timeout(60_000);
  let stage: Stage;

  before(async () => {
    stage = await openStage();
  });
  afterEach(() => stage?.endPlay());
  after(() => stage?.close());

  it("greets once a dialog and answers by number and by word", async () => {
    const olga = (await stage.play("support-bot")).client("Olga Sommer");
    const first = await olga.hears("Hi", /Write a number/);
    const second = await olga.hears("2.", /Monday to Friday/);
    const third = await olga.hears("Where is my parcel?", /warehouse/);
    const fourth = await olga.hears("What else?", /Write a number/);
    assert.equal(first[0], HELLO);
    assert.deepEqual([first.length, second.length, third.length, fourth.length], [2, 1, 1, 1]);
  });

  it("calls an operator, is silent while people talk, and begins again with the next dialog", async () => {
    const { control, client, until } = await stage.play("support-bot");
    const olga = client("Olga Sommer");
    await olga.hears("Hi", /Write a number/);
    await olga.hears("I want to talk to a human", /a colleague/);
    await until("an operator is asked", () => olga.chat().owner !== "bot");
    const asked = olga.chat().operatorId;
    olga.says("Opening hours?");
    control.operatorWrites(asked, olga.chat().id, "Anna here, what is it about?");
    olga.says("My order, and your opening hours");
    control.operatorFinishes(asked, olga.chat().id);
    await olga.hears("One more thing: opening hours?", /Monday to Friday/);
    assert.deepEqual(olga.heard().slice(2), [
      CALLING,
      "Anna here, what is it about?",
      HELLO,
      "We are here from Monday to Friday, 9:00 to 18:00.",
    ]);
  });

  it("is silent after a lone 0, by which the portal itself calls an operator", async () => {
    const { control, client } = await stage.play("support-bot");
    const olga = client("Olga Sommer");
    await olga.hears("Hi", /Write a number/);
    olga.says("0");
    olga.says("2");
    control.operatorFinishes(olga.chat().operatorId, olga.chat().id);
    await olga.hears("1", /warehouse/);
    assert.deepEqual(olga.heard().slice(2, 3), [HELLO]);
    assert.equal(olga.heard().length, 4);
  });

  it("passes the dialog on to the sales line", async () => {
    const { client, until } = await stage.play("support-bot");
    const olga = client("Olga Sommer");
    await olga.hears("What is the price?", /sales team/);
    await until("it is on another line", () => olga.chat().line !== olga.chat().originalLine);
    const { owner, line } = olga.chat();
    assert.equal(line, 2);
    assert.notEqual(owner, "bot");
  });

  it("calls an operator where there is no other line", async () => {
    const { control, client, line, until } = await stage.play("support-bot");
    for (const { id } of control.state().lines) if (id !== line) control.updateLine(id, { active: false });
    const olga = client("Olga Sommer");
    const heard = await olga.hears("3", /a colleague/);
    await until("an operator is asked", () => olga.chat().owner !== "bot");
    assert.deepEqual(heard, [HELLO, CALLING]);
    assert.equal(olga.chat().line, line);
  });

  it("closes the dialog and greets again in the next one", async () => {
    const { client, until } = await stage.play("support-bot");
    const olga = client("Olga Sommer");
    await olga.hears("finish", /nice day/);
    await until("the dialog is closed", () => olga.chat().owner === "closed");
    const again = await olga.hears("Me again", /Write a number/);
    assert.equal(again[0], HELLO);
  });

  it("does all of it in Russian as well", async () => {
    const { client, until } = await stage.play("support-bot", { language: "ru" });
    const [olga, pavel] = [client("Ольга Зимина"), client("Павел Орлов")];
    const heard = [
      await olga.hears("Добрый день", /^Напишите цифру/),
      await olga.hears("2)", /с 9:00 до 18:00/),
      await olga.hears("Где мой заказ?", /со склада/),
      await olga.hears("Позовите человека", /ответит коллега/),
    ];
    await until("an operator is asked", () => olga.chat().owner !== "bot");
    await pavel.hears("Сколько стоит самокат?", /отдел продаж/);
    await until("it is on another line", () => pavel.chat().line !== pavel.chat().originalLine);
    const [first] = heard;
    assert.equal(first?.[0], "Здравствуйте, Ольга! Я бот поддержки.");
    assert.deepEqual(
      heard.map(({ length }) => length),
      [2, 1, 1, 1],
    );
  });

  it("closes the dialog on a Russian good-bye, not on any word", async () => {
    const { client, until } = await stage.play("support-bot", { language: "ru" });
    const olga = client("Ольга Зимина");
    await olga.hears("Я приходила 5 раз", /^Напишите цифру/);
    await olga.hears("До свидания!", /Хорошего дня/);
    await until("the dialog is closed", () => olga.chat().owner === "closed");
    assert.equal(olga.heard().length, 3);
  });

  it("brings a person when the bot cannot answer", async () => {
    const { control, client, until } = await stage.play("support-bot");
    const olga = client("Olga Sommer");
    await olga.hears("Hi", /Write a number/);
    control.addFault({
      kind: "error",
      code: "SENDING_FAILED",
      status: 400,
      method: "imbot.v2.Chat.Message.send",
      count: 1,
    });
    olga.says("2");
    await until("a person helps out", () => olga.chat().owner !== "bot");
    assert.equal(olga.heard().length, 2);
  });
});
