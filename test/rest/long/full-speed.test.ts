import assert from "node:assert/strict";
import { plans } from "../../../rest/budget";
import { startPractice, type Practice } from "../support/practice";

const SENDS = 10_000;
const CHATS = 1_000;
const BATCH = 50;

describe("full speed", () => {
  let practice: Practice;
  before(async () => {
    practice = await startPractice({}, { requestLimit: "standard" });
  });
  after(() => practice.close());

  it("10,000 sends at once go at no less than 90 % of what the portal allows", async function () {
    this.timeout(300_000);
    const { burst, perSecond } = plans.standard;
    const { addChats, sendUnsafe, refused, sandbox } = practice;
    const chats = addChats(CHATS);
    const started = performance.now();
    await Promise.all(Array.from({ length: SENDS }, (_, at) => sendUnsafe(`m${at}`, chats[at % CHATS])));
    const seconds = (performance.now() - started) / 1000;
    const theory = (SENDS - burst * BATCH) / (perSecond * BATCH);
    const texts = sandbox.control.log().map(({ params }) => params["MESSAGE"]);
    assert.equal(refused(), 0);
    assert.equal(texts.length, SENDS);
    assert.equal(new Set(texts).size, SENDS);
    assert.ok(theory / seconds >= 0.9, `${seconds.toFixed(1)} s, where ${theory} s are possible`);
  });
});
