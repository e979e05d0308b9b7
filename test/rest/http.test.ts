import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import type { Clock } from "../../rest/clock";
import { createTransport, type HttpOutcome, type Transport, type TransportTiming } from "../../rest/http";
import { closedPort, httpServer, tcpServer, type TestServer } from "./support/servers";

/** Long enough for a machine that is busy with other tests; what ends by its time has a shorter one. */
const PATIENT: TransportTiming = { connect: 10_000, answer: 10_000, idle: 200 };

describe("transport", () => {
  const servers: TestServer[] = [];
  const transports: Transport[] = [];

  afterEach(async () => {
    for (const transport of transports.splice(0)) transport.close();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  const http = async (...args: Parameters<typeof httpServer>): Promise<TestServer> => {
    const server = await httpServer(...args);
    servers.push(server);
    return server;
  };
  const tcp = async (handle: Parameters<typeof tcpServer>[0]): Promise<TestServer> => {
    const server = await tcpServer(handle);
    servers.push(server);
    return server;
  };
  const open = (timing = PATIENT): Transport => {
    const transport = createTransport(timing);
    transports.push(transport);
    return transport;
  };
  const post = (host: string, body = "{}", timing: Partial<TransportTiming> = {}): Promise<HttpOutcome> =>
    open({ ...PATIENT, ...timing }).send({ url: `http://${host}/rest/1/topsecretcode/profile`, body });
  const postSecurely = (host: string, timing: Partial<TransportTiming> = {}): Promise<HttpOutcome> =>
    open({ ...PATIENT, ...timing }).send({ url: `https://${host}/rest/1/topsecretcode/profile`, body: "{}" });

  function failed(outcome: HttpOutcome): Extract<HttpOutcome, { kind: "failed" }> {
    if (outcome.kind !== "failed") throw new Error(`an answer came: ${outcome.status}`);
    assert.ok(!outcome.reason.includes("topsecretcode"), outcome.reason);
    assert.notEqual(outcome.reason, "");
    return outcome;
  }

  describe("knows that nothing was sent", () => {
    it("when nobody listens", async () => {
      const outcome = failed(await post(await closedPort()));
      assert.equal(outcome.sent, false);
      assert.equal(outcome.reason, "ECONNREFUSED");
    });

    it("when the name cannot be found", async () => {
      const outcome = failed(await post("no-such-portal.invalid"));
      assert.equal(outcome.sent, false);
      assert.equal(outcome.timedOut, false);
    });

    it("when the connection is never agreed", async () => {
      const { host } = await tcp(() => undefined);
      const outcome = failed(await postSecurely(host, { connect: 300 }));
      assert.equal(outcome.sent, false);
      assert.equal(outcome.timedOut, false);
    });

    it("when the other side does not speak TLS", async () => {
      const { host } = await tcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      const outcome = failed(await postSecurely(host));
      assert.equal(outcome.sent, false);
    });
  });

  describe("does not know whether it ran", () => {
    it("when the connection is dropped before the request was read", async () => {
      const { host } = await tcp((socket) => socket.once("data", () => socket.destroy()));
      const outcome = failed(await post(host));
      assert.equal(outcome.sent, true);
      assert.equal(outcome.timedOut, false);
    });

    it("when the connection is dropped instead of an answer", async () => {
      let ran = 0;
      const { host } = await http((_request, response) => {
        ran++;
        response.destroy();
      });
      const outcome = failed(await post(host));
      assert.equal(outcome.sent, true);
      assert.equal(outcome.timedOut, false);
      assert.equal(ran, 1);
    });

    it("when the connection is dropped in the middle of the answer", async () => {
      const { host } = await http((_request, response) => {
        response.writeHead(200, { "Content-Length": 1000 });
        response.write('{"result":', () => response.destroy());
      });
      const outcome = failed(await post(host));
      assert.equal(outcome.sent, true);
      assert.equal(outcome.timedOut, false);
    });

    it("when no answer comes in time", async () => {
      const { host } = await http(() => undefined);
      const outcome = failed(await post(host, "{}", { answer: 300 }));
      assert.equal(outcome.sent, true);
      assert.equal(outcome.timedOut, true);
    });

    it("when the answer never ends", async () => {
      const { host } = await http((_request, response) => {
        response.writeHead(200);
        response.write("{");
      });
      const outcome = failed(await post(host, "{}", { answer: 600 }));
      assert.equal(outcome.sent, true);
      assert.equal(outcome.timedOut, true);
    });

    it("when a call brings a shorter time of its own", async () => {
      const { host } = await http(() => undefined);
      const started = performance.now();
      const url = `http://${host}/rest/1/topsecretcode/profile`;
      const outcome = failed(await open({ ...PATIENT, answer: 10_000 }).send({ url, body: "{}", timeout: 100 }));
      assert.equal(outcome.timedOut, true);
      assert.ok(performance.now() - started < 5_000);
    });

    it("when the answer is larger than anything a portal sends", async function () {
      this.timeout(60_000);
      const block = Buffer.alloc(1024 * 1024, 32);
      const { host } = await http((_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(block));
        };
        response.on("drain", more);
        more();
      });
      const url = `http://${host}/rest/1/topsecretcode/profile`;
      const outcome = failed(await open({ ...PATIENT, answer: 30_000 }).send({ url, body: "{}" }));
      assert.equal(outcome.sent, true);
    });
  });

  describe("ends a request from here", () => {
    /** A portal that says a little and then only ever a space more. */
    const dripping = async () => {
      let drip = (): Promise<unknown> => Promise.resolve();
      let gone: Promise<unknown> = Promise.resolve();
      const begun = new Promise<void>((resolve) => {
        void http((_request, response) => {
          gone = once(response, "close");
          response.writeHead(200);
          response.write("{");
          drip = () => new Promise((written) => response.write(" ", written));
          resolve();
        }).then(({ host }) => (address = `http://${host}/rest/1/topsecretcode/profile`));
      });
      let address = "";
      while (address === "") await new Promise(setImmediate);
      return { url: address, begun, drip: () => drip(), gone: () => gone };
    };

    it("when its time is over, however steadily the answer drips", async () => {
      const tasks: { delay: number; run: () => void }[] = [];
      const clock: Clock = {
        now: () => 0,
        soon: (task) => void setImmediate(task),
        after: (delay, run) => {
          const task = { delay, run };
          tasks.push(task);
          return () => void tasks.splice(tasks.indexOf(task), 1);
        },
      };
      const transport = createTransport({ connect: 10_000, answer: 65_000, idle: 4_000 }, clock);
      transports.push(transport);
      const { url, begun, drip, gone } = await dripping();
      const answer = transport.send({ url, body: "{}" });
      await begun;
      for (let one = 0; one < 20; one++) await drip();
      const timers = tasks.filter(({ delay }) => delay === 65_000);
      timers[0]?.run();
      const outcome = failed(await answer);
      await gone();
      assert.deepEqual([timers.length, outcome.sent, outcome.timedOut], [1, true, true]);
      assert.deepEqual(tasks, [], "no timer is left");
    });

    it("when nobody waits for the answer any more", async () => {
      const stop = new AbortController();
      const { url, begun, gone } = await dripping();
      const answer = open({ ...PATIENT, answer: 60_000 }).send({ url, body: "{}", signal: stop.signal });
      await begun;
      stop.abort();
      const outcome = failed(await answer);
      await gone();
      assert.deepEqual([outcome.sent, outcome.timedOut], [true, false]);
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    });

    it("before it has left when that is known already", async () => {
      const server = await http((_request, response) => response.end("{}"));
      const url = `http://${server.host}/rest/1/topsecretcode/profile`;
      const outcome = failed(await open().send({ url, body: "{}", signal: AbortSignal.abort() }));
      assert.deepEqual([outcome.sent, server.connections()], [false, 0]);
    });
  });

  it("brings status and text of any answer as they are", async () => {
    const { host } = await http((_request, response) => {
      response.writeHead(404, { "Content-Type": "text/html; charset=utf-8" });
      response.end("<h1>не найдено 😀</h1>");
    });
    const outcome = await post(host);
    assert.deepEqual(outcome, { kind: "answer", status: 404, location: null, text: "<h1>не найдено 😀</h1>" });
  });

  it("posts JSON as given, and says who it is", async () => {
    const seen: Record<string, unknown> = {};
    const { host } = await http((request, response, body) => {
      Object.assign(seen, { method: request.method, url: request.url, type: request.headers["content-type"], body });
      seen["cookie"] = request.headers["cookie"];
      response.end("{}");
    });
    const body = JSON.stringify({ text: "$result[a] % + # & \n 😀" });
    const outcome = await post(host, body);
    assert.equal(outcome.kind, "answer");
    assert.deepEqual(seen, {
      method: "POST",
      url: "/rest/1/topsecretcode/profile",
      type: "application/json",
      body,
      cookie: undefined,
    });
  });

  it("does not follow redirects", async () => {
    let requests = 0;
    const { host } = await http((_request, response) => {
      requests++;
      response.writeHead(302, { Location: "http://127.0.0.1:1/rest/1/x/profile" }).end();
    });
    const outcome = await post(host);
    assert.deepEqual(outcome, {
      kind: "answer",
      status: 302,
      location: "http://127.0.0.1:1/rest/1/x/profile",
      text: "",
    });
    assert.equal(requests, 1);
  });

  it("waits longer for an answer than it keeps an idle connection", async () => {
    const { host } = await http((_request, response) => {
      setTimeout(() => response.end('{"result":1}'), PATIENT.idle * 2);
    });
    const outcome = await post(host);
    assert.equal(outcome.kind, "answer");
  });

  it("uses a connection again, and closes an idle one before the portal does", async () => {
    const server = await http((_request, response) => response.end("{}"), 60_000);
    const transport = open();
    const url = `http://${server.host}/rest/1/topsecretcode/profile`;
    for (let one = 0; one < 5; one++) await transport.send({ url, body: "{}" });
    const used = server.connections();
    const [socket] = server.sockets;
    if (socket) await once(socket, "close");
    const outcome = await transport.send({ url, body: "{}" });
    assert.equal(used, 1);
    assert.equal(outcome.kind, "answer");
    assert.equal(server.connections(), 2);
  });

  it("has no lost answer when the portal closes its idle connections early", async () => {
    const server = await http((_request, response) => response.end("{}"), 50);
    const transport = open({ ...PATIENT, idle: 4_000 });
    const url = `http://${server.host}/rest/1/topsecretcode/profile`;
    const kinds: string[] = [];
    for (let one = 0; one < 5; one++) {
      kinds.push((await transport.send({ url, body: "{}" })).kind);
      const [socket] = server.sockets;
      if (socket && !socket.destroyed) await once(socket, "close");
    }
    assert.deepEqual(kinds, Array(5).fill("answer"));
  });

  it("closed, lets running requests end and keeps no connection", async () => {
    let answer = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      void http((_request, response) => {
        answer = () => response.end('{"result":1}');
        resolve();
      }).then((server) => {
        running = transport.send({ url: `http://${server.host}/rest/1/topsecretcode/profile`, body: "{}" });
      });
    });
    const transport = open({ ...PATIENT, idle: 60_000, answer: 10_000 });
    let running: Promise<HttpOutcome> | undefined;
    await arrived;
    transport.close();
    const [socket] = servers[0]?.sockets ?? [];
    const closed = socket ? once(socket, "close") : undefined;
    answer();
    const outcome = await running;
    await closed;
    assert.equal(outcome?.kind, "answer");
    assert.equal(servers[0]?.sockets.size, 0);
  });
});
