import assert from "node:assert/strict";
import { openStage, type Stage } from "./stage";

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
    const second = await olga.hears("2", /Monday to Friday/);
    const third = await olga.hears("Where is my parcel?", /warehouse/);
    const fourth = await olga.hears("What else?", /Write a number/);
    assert.equal(first[0], "Hello, Olga! I am the support bot.");
    assert.deepEqual([first.length, second.length, third.length, fourth.length], [3, 1, 1, 1]);
  });
});
