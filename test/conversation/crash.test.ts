import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { assertEachAnsweredOnce, count } from "./support/dialogs";
import { echoFlow, numbered, PORTAL, startBotProcess, writeMessages, type BotProcess } from "./support/process";
import { until } from "./support/until";
import { tokenIn } from "./support/journal";

/** Everything is answered, and nothing is left to be confirmed but the one event that stays. */
async function settled({ sandbox, botId }: BotProcess): Promise<void> {
  await until(sandbox, () => count(sandbox, botId).missing.length === 0, "everything is answered", 40_000);
  await until(sandbox, () => sandbox.control.events().queued.length <= 1, "everything is confirmed");
}

describe("a bot in a Node-RED that is killed and deployed under load", function () {
  this.timeout(90_000);
  let bot: BotProcess | undefined;
  const running = (): BotProcess => bot ?? assert.fail("the bot runs");

  before(async () => {
    bot = await startBotProcess({ flow: () => echoFlow() });
  });
  after(async () => {
    await bot?.end();
  });

  it("answers each of 200 messages exactly once although it is killed five times", async () => {
    const { sandbox, botId } = running();
    const writing = writeMessages(running(), numbered(200), { pause: 40 });
    const moments: number[] = [];
    for (let kills = 0; kills < 5; kills++) {
      const answered = count(sandbox, botId).answered;
      const moment = answered + 1 + Math.floor(Math.random() * 30);
      moments.push(moment);
      await until(
        sandbox,
        () => count(sandbox, botId).answered >= Math.min(moment, 199 - 5 + kills),
        `answer ${moment}`,
      );
      await running().kill();
      await running().start();
    }
    await writing;
    await settled(running());
    assertEachAnsweredOnce(sandbox, botId, 200);
    assert.equal(moments.length, 5);
  });

  it("answers each message exactly once through ten full deploys", async () => {
    const { sandbox, botId } = running();
    const writing = writeMessages(running(), numbered(150, 201), { pause: 20 });
    for (let deploys = 0; deploys < 10; deploys++) await running().deploy(echoFlow(), "full");
    await writing;
    await settled(running());
    assertEachAnsweredOnce(sandbox, botId, 350);
  });

  it("answers each message exactly once through deploys of single nodes", async () => {
    const { sandbox, botId } = running();
    const writing = writeMessages(running(), numbered(150, 351), { pause: 20 });
    for (let deploys = 0; deploys < 9; deploys++) {
      const changed = ["send1", "event1", PORTAL][deploys % 3];
      const flow = echoFlow().map((node) => (node.id === changed ? { ...node, name: `deploy ${deploys}` } : node));
      await running().deploy(flow, "nodes");
    }
    await writing;
    await settled(running());
    assertEachAnsweredOnce(sandbox, botId, 500);
  });

  it("leaves small files that only their owner can read", () => {
    const folder = join(running().userDir, "bitrix24");
    const files = readdirSync(folder);
    // A snapshot and the log behind it; a draft that a killed process left behind would be one more.
    assert.ok(files.length <= 2, files.join());
    for (const file of files) {
      const { mode, size } = statSync(join(folder, file));
      assert.equal(mode & 0o777, 0o600);
      assert.ok(size < 1_000_000, `${file}: ${size} bytes`);
    }
    const token = tokenIn(running().userDir, PORTAL);
    assert.match(token, /^[\w-]{32}$/);
    assert.ok(!running().nodeRed().log().includes(token), "the token is not in the log");
  });
});
