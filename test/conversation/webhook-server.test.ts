import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { endedDeliveries, endings } from "./support/deliveries";
import { assertEachAnsweredOnce, count } from "./support/dialogs";
import {
  echoFlow,
  numbered,
  PORTAL,
  startBotProcess,
  writeMessages,
  type BotProcess,
  type FlowNode,
} from "./support/process";
import { until } from "./support/until";
import { isAllHandled, journalOf, tokenIn } from "./support/journal";

const BLOCKED_FOR = 1_000;
const BLOCK = `const end = Date.now() + ${BLOCKED_FOR}; while (Date.now() < end); return msg;`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const delayed: FlowNode = {
  id: "delay1",
  type: "delay",
  pauseType: "delay",
  timeout: "3",
  timeoutUnits: "seconds",
};

describe("events posted to a real Node-RED whose own parser stands in front", function () {
  this.timeout(60_000);
  let bot: BotProcess | undefined;
  let portal: Record<string, unknown> = {};
  const running = (): BotProcess => bot ?? assert.fail("the bot runs");
  const flow = (between?: FlowNode): FlowNode[] => echoFlow(portal, between ? [between] : []);
  const answered = (): Promise<void> =>
    until(running().sandbox, () => count(running().sandbox, running().botId).missing.length === 0, "all answers");

  before(async () => {
    const port = await freePort();
    bot = await startBotProcess({
      port,
      flow: (publicUrl) => {
        portal = { eventMode: "webhook", publicUrl };
        return flow();
      },
    });
  });
  after(async () => {
    await bot?.end();
  });

  const receiver = (): string => `${running().nodeRed().url}/bitrix24/${PORTAL}`;

  it("are answered with 200 and given to the flow", async () => {
    await writeMessages(running(), numbered(20));
    await answered();
    assertEachAnsweredOnce(running().sandbox, running().botId, 20);
    const deliveries = await endedDeliveries(running().sandbox);
    assert.deepEqual(endings(deliveries), [200]);
    assert.deepEqual([...new Set(deliveries.map(({ url }) => url))], [receiver()]);
  });

  it("are answered before the flow begins, although it blocks everything", async () => {
    // Else the deploy would bring them again, and each would block the flow.
    await until(running().sandbox, () => isAllHandled(running().userDir, PORTAL), "all are handled");
    const before = (await endedDeliveries(running().sandbox)).length;
    await running().deploy(flow({ id: "block1", type: "function", func: BLOCK, outputs: 1 }), "full");
    for (const text of numbered(3, 21)) {
      await writeMessages(running(), [text]);
      await answered();
    }
    const deliveries = await endedDeliveries(running().sandbox);
    const times = deliveries.slice(before).map(({ ms }) => ms ?? Infinity);
    assert.equal(times.length, 3);
    assert.ok(
      times.every((ms) => ms < BLOCKED_FOR / 2),
      `answered after ${times.join(", ")} ms`,
    );
    assertEachAnsweredOnce(running().sandbox, running().botId, 23);
  });

  it("wait for the flow through full deploys, and each is answered once", async () => {
    await running().deploy(flow(), "full");
    const writing = writeMessages(running(), numbered(60, 24), { pause: 20 });
    for (let deploys = 0; deploys < 3; deploys++) await running().deploy(flow(), "full");
    await writing;
    await answered();
    assertEachAnsweredOnce(running().sandbox, running().botId, 83);
    assert.deepEqual(endings(await endedDeliveries(running().sandbox)), [200]);
  });

  it("survive a crash between their acceptance and the end of the flow", async () => {
    await running().deploy(flow(delayed), "full");
    await writeMessages(running(), numbered(10, 84));
    assert.deepEqual(endings(await endedDeliveries(running().sandbox)), [200]);
    assert.equal(count(running().sandbox, running().botId).missing.length, 10);
    const kept = (): number => journalOf(running().userDir, PORTAL).filter(([kind]) => kind === "k").length;
    await until(running().sandbox, () => kept() >= 10, "all are kept");
    await running().kill();
    assert.equal(count(running().sandbox, running().botId).missing.length, 10);
    await running().start();
    await answered();
    assertEachAnsweredOnce(running().sandbox, running().botId, 93);
  });

  it("that are not the portal's, too large or too many fields leave the flow untouched and no secret in the log", async () => {
    const form = (body: string): Promise<number> =>
      fetch(receiver(), {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body,
      }).then(({ status }) => status);
    const forged = "event=ONIMBOTV2MESSAGEADD&data[message][text]=forged&auth[application_token]=guessed-token";
    const fields = Array.from({ length: 1_001 }, (_, at) => `data[${at}]=1`).join("&");
    assert.equal(await form(forged), 403);
    assert.equal(await form("event=ONIMBOTV2MESSAGEADD"), 403);
    assert.equal(await form(`${forged}&${fields}`), 413);
    assert.equal(await form(`${forged}&x=${"x".repeat(6 * 1024 * 1024)}`), 413);
    assert.equal((await fetch(receiver())).status, 404);
    assert.equal((await fetch(`${receiver()}x`, { method: "POST" })).status, 404);
    const token = tokenIn(running().userDir, PORTAL);
    const log = running().nodeRed().log();
    assert.match(log, /1 delivery was rejected because it did not have the bot's token\./);
    for (const secret of [token, "guessed-token", running().sandbox.secret]) assert.ok(!log.includes(secret), secret);
    assertEachAnsweredOnce(running().sandbox, running().botId, 93);
  });
});
