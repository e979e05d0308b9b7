import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import type { Node, NodeAPI } from "node-red";
import { Ending } from "../../nodes/runtime/ending";
import { notSent, outcomeUnknown, refused } from "../../rest/errors";
import { createRedactor } from "../../rest/redact";
import { SAMPLE_BOT } from "../../sandbox/index";
import { text as catalogueText } from "../support/catalogue";
import { endScenes, startScene, UNDER_TEST, type Message } from "../support/nodes";

/** All ways in which a text of JavaScript may turn up in what leaves. */
function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = secret.isWellFormed() ? encodeURIComponent(secret) : secret;
  return [secret, json, url, url.toLowerCase() === url ? url : url.replace(/%../g, (escape) => escape.toLowerCase())];
}

/** Every text anywhere in a value, keys and hidden properties included. */
function textsIn(value: unknown): string {
  const plain: string[] = [];
  const seen = new Set<unknown>();
  const walk = (item: unknown): void => {
    if (typeof item === "string") plain.push(item);
    if (typeof item !== "object" || item === null || seen.has(item)) return;
    seen.add(item);
    for (const key of Reflect.ownKeys(item)) {
      plain.push(String(key));
      walk(Object.getOwnPropertyDescriptor(item, key)?.value);
    }
  };
  walk(value);
  return plain.join("\n");
}

function assertNoSecret(where: string, value: unknown, secrets: string[]): void {
  const all = textsIn(value);
  for (const secret of secrets)
    for (const spelling of spellings(secret))
      assert.ok(!all.includes(spelling), `${where} holds ${inspect(spelling)}: ${inspect(all).slice(0, 500)}`);
}

const code = fc.stringMatching(/^[a-z0-9]{16,40}$/);
const token = fc
  .string({ minLength: 16, maxLength: 40, unit: "grapheme" })
  .map((value) => value.trim())
  // Words that any sentence may hold are no secrets.
  .filter((value) => value.length >= 16 && /[^\s.*]/.test(value) && !/^\$[{(]/.test(value));

/** Texts of a portal that tells more than it should. */
const around = (secret: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.string({ maxLength: 12 }), fc.constantFrom(...spellings(secret)), fc.string({ maxLength: 12 }))
    .map(([before, middle, after]) => `${before} ${middle} ${after}`);

describe("secrets", () => {
  afterEach(endScenes);

  it("are in no error that leaves, by output 2 or to Catch nodes: 10,000 shapes", () => {
    let left: unknown;
    const node = { id: "n1", wires: [[], []] as string[][], error: (what: unknown) => (left = what) };
    const RED = {
      _: (key: string) => catalogueText(key.slice(key.indexOf(":") + 1)) ?? key,
      nodes: { getNode: () => null, eachNode: () => undefined },
    };
    const ending = new Ending(RED as unknown as NodeAPI, node as unknown as Node, () => false);
    const shapes = fc.oneof(code, token).chain((secret) =>
      fc.record({
        secret: fc.constant(secret),
        words: around(secret),
        method: fc.oneof(around(secret), fc.constant(`https://p.example/rest/1/${secret}/profile`)),
        argument: around(secret),
        errorCode: fc.constantFrom("WRONG_CHAT", "ERROR_ARGUMENT", "NEWS", "UNKNOWN_ERROR", "ERROR_METHOD_NOT_FOUND"),
        make: fc.constantFrom(notSent<string>, refused, outcomeUnknown<string>),
        wired: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(shapes, ({ secret, words, method, argument, errorCode, make, wired }) => {
        left = undefined;
        node.wires = [[], wired ? ["out2"] : []];
        const error = make(errorCode, { method, description: words, status: 400, details: { argument } });
        const ways = { send: (out: unknown) => (left = out), done: (failure?: Error) => (left ??= failure) };
        ending.fail({ _msgid: "m1", payload: 1 }, ways, error, "call", createRedactor([secret]));
        assert.ok(left !== undefined);
        assertNoSecret(wired ? "msg" : "error", left, [secret]);
      }),
      { numRuns: 10_000 },
    );
  }).timeout(120_000);

  it("leave by no message, error, status or log line of a node: some hundred portals that blab", async () => {
    const shapes = code.chain((secret) =>
      token.chain((botToken) =>
        fc.record({
          secret: fc.constant(secret),
          botToken: fc.constant(botToken),
          words: fc.oneof(around(secret), around(botToken)),
          codeWords: fc.constantFrom(secret, botToken, `X_${secret}`, "WRONG_CHAT"),
          type: fc.constantFrom("bitrix24-send", "bitrix24-finish", "bitrix24-transfer", "bitrix24-operator"),
          kind: fc.constantFrom("error", "error-200", "drop-after", "html-200", "redirect", "natural" as const),
          errorWired: fc.boolean(),
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(shapes, async ({ secret, botToken, words, codeWords, type, kind, errorWired }) => {
        const scene = await startScene({
          type,
          secret,
          errorWired,
          catching: !errorWired,
          credentials: (webhookUrl) => ({ webhookUrl, botToken }),
        });
        const to = `https://evil.example/rest/1/${secret}/`;
        if (kind !== "natural")
          scene.control.addFault({ kind, code: codeWords, description: words, status: 400, to, count: 9 });
        const { msg } = await scene.send({ payload: { CHAT_ID: 101, MESSAGE: "hello", USER_ID: 12 } });
        assertNoSecret("message", msg, [secret, botToken]);
        assertNoSecret("status", scene.statuses(), [secret, botToken]);
        assertNoSecret("log", scene.everythingLogged(), [secret, botToken]);
        assertNoSecret("flow", scene.flow, [secret, botToken]);
        const node = scene.node(UNDER_TEST) as unknown as Message;
        assert.ok(!inspect(node, { depth: 3 }).includes(secret), "the node shows the secret");
        await endScenes();
      }),
      { numRuns: 200 },
    );
  }).timeout(120_000);

  it("are shown by nothing that hangs on the nodes, besides Node-RED's own credentials", async () => {
    const scene = await startScene({ type: "bitrix24-send" });
    await scene.send({ payload: { CHAT_ID: 101, MESSAGE: "x" } });
    const { connection } = scene.node("p1") as unknown as { connection: object };
    assert.ok("portal" in connection && "bot" in connection);
    assert.ok(!inspect(connection, { depth: 12, showHidden: true }).includes(scene.sandbox.secret));
    const { metrics } = connection.portal as { metrics: () => object };
    assertNoSecret("metrics", metrics(), [scene.sandbox.secret, SAMPLE_BOT.token]);
  });

  it("stay out of the error when somebody pastes the whole address as a method", async () => {
    const scene = await startScene({ type: "bitrix24-call" });
    const { msg } = await scene.send({ payload: { method: `${scene.sandbox.webhookUrl}user.get` } });
    assert.equal((msg["error"] as Message)["code"], "ERROR_METHOD_NOT_FOUND");
    assertNoSecret("error", msg["error"], [scene.sandbox.secret]);
    assertNoSecret("log", scene.everythingLogged(), [scene.sandbox.secret]);
  });
});
