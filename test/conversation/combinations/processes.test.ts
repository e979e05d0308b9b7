import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../../sandbox/index";
import { projectRoot, startNodeRed, type NodeRed } from "../../support/node-red";
import { giveLine, prepareLine } from "../support/dialogs";
import { CODE, echoFlow, PORTAL } from "../support/process";
import { until } from "../support/until";

const SHARED = "Two Node-RED instances are reading";

/** Real Node-REDs with one flow and one bot, each with a user directory of its own. */
class Bots {
  readonly sandbox: Sandbox;
  readonly line: number;
  readonly #running: NodeRed[] = [];
  readonly #folders: string[] = [];

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    this.line = prepareLine(sandbox).line;
  }

  async start(): Promise<NodeRed> {
    const userDir = await mkdtemp(join(tmpdir(), "bots-"));
    this.#folders.push(userDir);
    const nodeRed = await startNodeRed({
      userDir,
      flows: echoFlow(),
      credentials: { [PORTAL]: { webhookUrl: this.sandbox.webhookUrl, botToken: "a-token-of-these-tests" } },
      settings: { nodesDir: [projectRoot] },
    });
    this.#running.push(nodeRed);
    const isThere = (): boolean => this.sandbox.control.state().bots.some(({ code }) => code === CODE);
    await until(this.sandbox, isThere, "the bot is registered");
    if (this.#running.length === 1) giveLine(this.sandbox, this.line, CODE);
    return nodeRed;
  }

  writes(text: string, client = "Olga"): number {
    return this.sandbox.control.clientWrites({ line: this.line, client, text }).chatId;
  }

  answers(chatId: number, text: string): number {
    const { clientId, messages } = this.sandbox.control.chat(chatId);
    return messages.filter((message) => message.authorId !== clientId && message.text === text).length;
  }

  async end(): Promise<void> {
    for (const nodeRed of this.#running) await nodeRed.stop();
    await this.sandbox.close();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}

describe("a bot and the memories of real Node-REDs", function () {
  this.timeout(90_000);
  let bots: Bots | undefined;
  const opened = async (): Promise<Bots> => (bots = new Bots(await startSandbox({ blank: true })));
  afterEach(async () => {
    await bots?.end();
    bots = undefined;
  });

  it("nothing is answered again by a start with an empty user directory after an orderly stop", async () => {
    const at = await opened();
    const { sandbox } = at;
    let chatId = 0;
    // Stopped at once, in the quiet second, and with the directory gone once more.
    for (const text of ["first", "second", "third"]) {
      const nodeRed = await at.start();
      chatId = at.writes(text);
      await until(sandbox, () => at.answers(chatId, text) === 1, `the answer to ${text}`);
      await nodeRed.stop();
    }
    await at.start();
    at.writes("last");
    await until(sandbox, () => at.answers(chatId, "last") === 1, "the last answer");
    for (const text of ["first", "second", "third", "last"]) assert.equal(at.answers(chatId, text), 1, text);
  });

  it("two Node-REDs on one bot: both say so while the first doubled events are still new", async () => {
    const at = await opened();
    const both = [await at.start(), await at.start()];
    const said = (): number => both.filter((nodeRed) => nodeRed.log().includes(SHARED)).length;
    let written = 0;
    const begun = Date.now();
    const writing = setInterval(() => void at.writes(`message ${++written}`, `Client ${written % 5}`), 300);
    try {
      await until(at.sandbox, () => said() === 2, "both have said it", 60_000);
    } finally {
      clearInterval(writing);
    }
    assert.ok(written <= 200, `${written} messages, ${Date.now() - begun} ms`);
    for (const nodeRed of both) assert.equal(nodeRed.log().split(SHARED).length, 2, "once each");
  });
});
