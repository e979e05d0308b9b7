import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mock } from "node:test";
import { answerDelivery, openReceiver, type Receiver } from "../../nodes/runtime/receiver";

const TOKEN = "a-token-of-the-tests";
const DELIVERY = new URLSearchParams({ event: "ONIMBOTV2MESSAGEADD", "auth[application_token]": TOKEN }).toString();

/** Lets requests go their way, which no clock of the tests can hurry. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe("the address of a config node", () => {
  let server: Server;
  let arrived: number;
  let taken: string[];
  let nodeId: string;
  let nodes = 0;

  const receiver = (name: string): Receiver => ({
    token: TOKEN,
    botId: null,
    accept: () => {
      taken.push(name);
      return Promise.resolve("new");
    },
    deliver: () => undefined,
    onTurnedAway: (reason) => assert.fail(reason),
  });

  /** Posts an event; resolves when it has arrived, with its status to come. */
  async function deliver(): Promise<{ status: Promise<number>; settled: () => boolean }> {
    const { port } = server.address() as AddressInfo;
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const before = arrived;
    let settled = false;
    const status = fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body: DELIVERY }).then((response) => {
      settled = true;
      return response.status;
    });
    while (arrived === before) await turns();
    await turns();
    return { status, settled: () => settled };
  }

  beforeEach(async () => {
    nodeId = `node${++nodes}`;
    arrived = 0;
    taken = [];
    server = createServer((request, response) => {
      arrived++;
      void answerDelivery(Object.assign(request, { params: { id: nodeId } }), response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(async () => {
    mock.timers.reset();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("holds an event until the deploy has opened it again", async () => {
    openReceiver(nodeId, receiver("before"))(false);
    const { status } = await deliver();
    openReceiver(nodeId, receiver("after"));
    assert.equal(await status, 200);
    assert.deepEqual(taken, ["after"]);
  });

  it("gives up after ten seconds", async () => {
    openReceiver(nodeId, receiver("before"))(false);
    const waiting = await deliver();
    mock.timers.tick(9_999);
    await turns();
    assert.equal(waiting.settled(), false);
    mock.timers.tick(1);
    assert.equal(await waiting.status, 404);
    assert.equal(await (await deliver()).status, 404);
  });

  it("waits as long in each of several deploys that follow each other", async () => {
    openReceiver(nodeId, receiver("first"))(false);
    const closeAgain = openReceiver(nodeId, receiver("second"));
    mock.timers.tick(9_000);
    closeAgain(false);
    const waiting = await deliver();
    mock.timers.tick(9_000);
    await turns();
    assert.equal(waiting.settled(), false);
    openReceiver(nodeId, receiver("third"));
    assert.equal(await waiting.status, 200);
    assert.deepEqual(taken, ["third"]);
  });

  it("is closed at once when its node is removed", async () => {
    openReceiver(nodeId, receiver("before"))(true);
    const { status } = await deliver();
    assert.equal(await status, 404);
  });
});
