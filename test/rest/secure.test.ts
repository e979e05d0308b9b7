import assert from "node:assert/strict";
import type { HttpOutcome } from "../../rest/http";
import { HIDDEN_HOST, proxyTo, secureServer, sendFrom, type SecureServer } from "./support/secure";
import { closedPort, httpServer, type TestServer } from "./support/servers";

const PATH = "/rest/1/topsecretcode/profile";

/** Outcomes without the words that differ between versions of Node.js. */
const told = (outcomes: readonly HttpOutcome[]): string[] =>
  outcomes.map((outcome) =>
    outcome.kind === "answer" ? `${outcome.status} ${outcome.text}` : `sent: ${outcome.sent}`,
  );

describe("transport over TLS and through proxies", function () {
  this.timeout(20_000);
  const servers: TestServer[] = [];
  let portal: SecureServer;
  let trust: { NODE_EXTRA_CA_CERTS: string };
  let hidden: string;

  const kept = <T extends TestServer>(server: T): T => {
    servers.push(server);
    return server;
  };

  beforeEach(async () => {
    portal = kept(
      await secureServer((request, response) => {
        if (request.url?.includes("dropped")) request.socket.destroy();
        else response.end(`{"result":"${request.url ?? ""}"}`);
      }),
    );
    trust = { NODE_EXTRA_CA_CERTS: portal.certificate };
    hidden = `https://${HIDDEN_HOST}:${portal.host.split(":")[1] ?? ""}`;
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it("reaches a portal whose certificate is trusted, twice over one connection", async () => {
    const outcomes = await sendFrom(trust, [`https://${portal.host}${PATH}`, `https://${portal.host}${PATH}`]);
    assert.deepEqual(told(outcomes), [`200 {"result":"${PATH}"}`, `200 {"result":"${PATH}"}`]);
    assert.equal(portal.connections(), 1);
  });

  it("sends nothing to a portal whose certificate is not trusted", async () => {
    const outcomes = await sendFrom({}, [`https://${portal.host}${PATH}`]);
    assert.deepEqual(told(outcomes), ["sent: false"]);
  });

  it("knows that a request went out when the connection broke behind it", async () => {
    const outcomes = await sendFrom(trust, [`https://${portal.host}/rest/1/topsecretcode/dropped`]);
    assert.deepEqual(told(outcomes), ["sent: true"]);
  });

  it("goes through the environment's proxy, which sees the host and nothing else", async () => {
    const proxy = kept(await proxyTo(portal.host));
    const outcomes = await sendFrom({ ...trust, HTTPS_PROXY: `http://user:word@${proxy.host}` }, [`${hidden}${PATH}`]);
    assert.deepEqual(told(outcomes), [`200 {"result":"${PATH}"}`]);
    assert.equal(proxy.seen.length, 1);
    assert.match(proxy.seen[0] ?? "", /^CONNECT portal\.invalid:\d+ .*"proxy-authorization":"Basic dXNlcjp3b3Jk"/);
    assert.doesNotMatch(proxy.seen.join(), /topsecretcode/);
  });

  it("knows that a request behind a proxy went out", async () => {
    const proxy = kept(await proxyTo(portal.host));
    const url = `${hidden}/rest/1/topsecretcode/dropped`;
    const outcomes = await sendFrom({ ...trust, HTTPS_PROXY: `http://${proxy.host}` }, [url]);
    assert.deepEqual(told(outcomes), ["sent: true"]);
  });

  it("has sent nothing when the proxy is away, refuses, or leads to a stranger", async () => {
    const away = await sendFrom({ ...trust, HTTPS_PROXY: `http://${await closedPort()}` }, [`${hidden}${PATH}`]);
    const refusing = kept(await proxyTo(portal.host, 407));
    const refused = await sendFrom({ ...trust, HTTPS_PROXY: `http://${refusing.host}` }, [`${hidden}${PATH}`]);
    const strange = kept(await proxyTo(portal.host));
    const untrusted = await sendFrom({ HTTPS_PROXY: `http://${strange.host}` }, [`${hidden}${PATH}`]);
    assert.deepEqual(told([...away, ...refused, ...untrusted]), ["sent: false", "sent: false", "sent: false"]);
  });

  it("needs no proxy for this machine itself, whatever the environment says", async () => {
    const local = kept(await httpServer((request, response) => response.end(`{"result":"${request.url ?? ""}"}`)));
    const proxy = kept(await proxyTo(portal.host));
    const env = { ...trust, HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}` };
    const outcomes = await sendFrom(env, [
      `http://${local.host}${PATH}`,
      `http://localhost:${local.host.split(":")[1] ?? ""}${PATH}`,
      `https://${portal.host}${PATH}`,
    ]);
    assert.deepEqual(told(outcomes), Array(3).fill(`200 {"result":"${PATH}"}`));
    assert.deepEqual(proxy.seen, []);
  });
});
