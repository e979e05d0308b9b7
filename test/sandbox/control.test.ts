import assert from "node:assert/strict";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { isLoopback } from "../../sandbox/http/control";
import {
  startSandbox,
  type ChatView,
  type FaultView,
  type Sandbox,
  type StateView,
  type TranscriptEntry,
} from "../../sandbox/index";
import { read, result, sample, TOKEN, withSandbox, type Answered } from "./support";

describe("sandbox: control over HTTP", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const get = async <T>(name: string): Promise<T> =>
    (await read(await fetch(`${sandbox.url}/sandbox/api/${name}`))).body?.result as T;
  const post = async (name: string, args?: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
    read(
      await fetch(`${sandbox.url}/sandbox/api/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        ...(args === undefined ? {} : { body: JSON.stringify(args) }),
      }),
    );

  it("does what the control in the process does", async () => {
    const { anna } = sample(sandbox);
    const line = (await post("addLine", { name: "New", queue: [anna], bot: null })).body?.result;
    assert.equal(line, 3);
    const written = (await post("clientWrites", { line, client: "Zoe", text: "hello" })).body?.result as Record<
      string,
      number
    >;
    const chatId = written.chatId ?? 0;
    assert.deepEqual(Object.keys(written), ["chatId", "messageId", "sessionId"]);
    assert.deepEqual(await get<ChatView>(`chat?chatId=${chatId}`), sandbox.control.chat(chatId));
    const id = (await post("operatorWrites", { userId: anna, chatId, text: "hi" })).body?.result;
    assert.equal(sandbox.control.chat(chatId).messages.at(-1)?.id, id);
    await post("operatorFinishes", { userId: anna, chatId });
    assert.equal((await get<ChatView[]>("chats")).at(-1)?.owner, "closed");
    const userId = (await post("addOperator", { name: "Kim", lines: [line] })).body?.result;
    await post("setOnline", { userId, online: false });
    await post("configure", { latencyMs: 1 });
    const state = await get<StateView>("state");
    assert.deepEqual(
      [state.settings.latencyMs, state.operators.at(-1)?.online, state.lines.at(-1)?.queue],
      [1, false, [anna, userId]],
    );
  });

  it("plays clients and operators: changes, reactions, buttons, and the client's transcript", async () => {
    const { anna, chatId, botId } = sample(sandbox);
    sandbox.control.updateLine(1, { welcomeBotLeft: "close" });
    const bot = { botId, botToken: TOKEN };
    const fields = { command: "go", title: { en: "Go" } };
    await result(sandbox, "imbot.v2.Command.register", { ...bot, fields });
    const { id } = (await result(sandbox, "imbot.v2.Chat.Message.send", {
      ...{ ...bot, dialogId: `chat${chatId}` },
      fields: { message: "Hi", keyboard: [{ TEXT: "Go", COMMAND: "go", COMMAND_PARAMS: "on" }] },
    })) as { id: number };
    const done = async (name: string, args: unknown): Promise<unknown> => {
      const { status, body, text } = await post(name, args);
      assert.equal(status, 200, `${name}: ${text}`);
      return body?.result;
    };
    const pressed = { kind: "command", value: "/go on", messageId: null, heard: 1 };
    const button = { userId: anna, chatId, messageId: id };
    assert.deepEqual(await done("operatorPresses", { ...button, button: "Go" }), pressed);
    assert.deepEqual(await done("operatorPresses", { ...button, button: 0 }), pressed);
    await done("operatorReacts", { ...button, reaction: "like" });
    await done("clientReacts", { chatId, messageId: id, reaction: "fire" });
    await done("clientReacts", { chatId, messageId: id, reaction: null });
    const messageId = await done("operatorWrites", { userId: anna, chatId, text: "yess" });
    await done("operatorEdits", { userId: anna, chatId, messageId, text: "yes" });
    const asked = sandbox.control.transcript(chatId)[0]?.messageId;
    await done("clientEdits", { chatId, messageId: asked, text: "Where is it?" });
    assert.deepEqual(
      (await get<TranscriptEntry[]>(`transcript?chatId=${chatId}`)).map(({ text, edited, reactions }) => [
        text,
        edited,
        reactions.length,
      ]),
      [
        ["Where is it?", true, 0],
        ["Hi", false, 1],
        ["yes", true, 0],
      ],
    );
    await done("operatorDeletes", { userId: anna, chatId, messageId });
    await done("clientDeletes", { chatId, messageId: asked });
    assert.equal((await get<TranscriptEntry[]>(`transcript?chatId=${chatId}&last=1`))[0]?.deleted, true);
    await done("operatorJoins", { userId: sample(sandbox).ivan, chatId });
    assert.equal(sandbox.control.chat(chatId).members.includes(sample(sandbox).ivan), true);
    const told = sandbox.control.events().queued.map(({ type }) => type.replace("ONIMBOTV2", ""));
    assert.deepEqual(told.slice(2), [
      ...["COMMANDADD", "COMMANDADD", "REACTIONCHANGE", "REACTIONCHANGE", "REACTIONCHANGE"],
      ...["MESSAGEADD", "MESSAGEUPDATE", "MESSAGEUPDATE", "MESSAGEDELETE", "MESSAGEDELETE"],
    ]);
  });

  it("sets faults, for ever if told so, and shows the log", async () => {
    await post("addFault", { kind: "503", method: "scope", count: "Infinity" });
    const [fault] = await get<(Omit<FaultView, "left"> & { left: unknown })[]>("faults");
    assert.deepEqual([fault?.kind, fault?.left, fault?.hits], ["503", "Infinity", 0]);
    await post("clearFaults");
    for (let index = 0; index < 3; index++) await result(sandbox, "scope");
    assert.equal((await get<unknown[]>("log?last=2")).length, 2);
    assert.equal((await get<unknown[]>("requests")).length, 3);
    await post("reset");
    assert.deepEqual([await get<unknown[]>("log"), await get<unknown[]>("faults")], [[], []]);
  });

  it("says what is wrong with an argument", async () => {
    const wrong: [string, unknown, number][] = [
      ["operatorAnswers", { userId: 99, chatId: 101 }, 400],
      ["clientWrites", { line: 99, client: "x", text: "x" }, 400],
      ["configure", { nonsense: 1 }, 400],
      ["operatorPresses", { userId: 1, chatId: 101, messageId: 1, button: "x" }, 400],
      ["clientReacts", { chatId: 101, messageId: 1, reaction: { x: 1 } }, 400],
      ["addFault", { kind: "nonsense" }, 400],
      ["reset", [1], 400],
      ["nonsense", {}, 404],
      ["constructor", {}, 404],
    ];
    for (const [name, args, status] of wrong) {
      const answered = await post(name, args);
      assert.equal(answered.status, status, name);
      assert.equal(typeof answered.body?.error, "string");
    }
  });

  it("refuses other origins, other names for this host, and forms", async () => {
    assert.equal((await post("reset", {}, { Origin: "http://evil.example" })).status, 403);
    assert.equal((await post("reset", {}, { Origin: sandbox.url })).status, 200);
    assert.equal((await post("reset", {}, { "Content-Type": "text/plain" })).status, 415);
    const { port } = new URL(sandbox.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        { port, host: "127.0.0.1", path: "/sandbox/api/state", headers: { Host: "evil.example" } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on("error", reject)
        .end();
    });
    assert.equal(status, 403);
  });

  it("listens to loopback only, even where REST is open to the network", async () => {
    for (const address of ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
      assert.equal(isLoopback(address), true);
    for (const address of [undefined, "", "192.168.1.5", "::ffff:10.0.0.1", "fe80::1", "::12"])
      assert.equal(isLoopback(address), false);
    const outside = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .filter((entry) => entry.family === "IPv4" && !entry.internal);
    await withSandbox({ host: "0.0.0.0" }, async (open) => {
      assert.equal((await fetch(`${open.url}/sandbox/api/state`)).status, 200);
      for (const { address } of outside) {
        const base = open.url.replace("127.0.0.1", address);
        assert.equal((await fetch(`${base}/rest/1/${open.secret}/scope`)).status, 200);
        assert.equal((await fetch(`${base}/sandbox/api/state`)).status, 403);
      }
    });
  });

  it("serves no file outside the page's folder", async () => {
    for (const path of [
      "/..%2findex.ts",
      "/%2e%2e/index.ts",
      "/..%5cindex.ts",
      "/index.ts",
      "/%00",
      "/%zz",
      "/none.html",
    ]) {
      const { port } = new URL(sandbox.url);
      const status = await new Promise<number | undefined>((resolve, reject) => {
        request({ port, host: "127.0.0.1", path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      });
      assert.equal(status, 404, path);
    }
  });

  it("streams changes, gathered", async () => {
    const gone = new AbortController();
    const response = await fetch(`${sandbox.url}/sandbox/api/stream`, { signal: gone.signal });
    assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert.ok(reader);
    const { chatId } = sandbox.control.clientWrites({ line: 1, client: "Zoe", text: "hello" });
    let text = "";
    while (!text.includes("data: ")) text += (await reader.read()).value ?? "";
    const changes = JSON.parse(text.slice(text.indexOf("data: ") + 6)) as unknown[];
    assert.ok(changes.some((change) => JSON.stringify(change) === JSON.stringify({ kind: "chat", chatId })));
    gone.abort();
  });

  it("starts blank when told so, with the webhook's user alone", async () => {
    await withSandbox({ blank: true }, async (blank) => {
      const state = blank.control.state();
      assert.deepEqual([state.lines, state.bots, state.operators.length, blank.control.chats()], [[], [], 1, []]);
      assert.equal((await fetch(`${blank.webhookUrl}profile`)).status, 200);
    });
  });

  it("closes with requests still hanging", async () => {
    const hanging = await startSandbox();
    hanging.control.addFault({ kind: "hang" });
    const noticed = new Promise<void>((resolve) => {
      hanging.control.on(({ kind }) => {
        if (kind === "fault") resolve();
      });
    });
    const lost = fetch(`${hanging.webhookUrl}scope`);
    await noticed;
    await Promise.all([assert.rejects(lost), hanging.close()]);
    await assert.rejects(fetch(hanging.url));
  });
});
