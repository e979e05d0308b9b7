import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import type { HttpOutcome } from "../../../rest/http";
import { httpServer, started, type TestServer } from "./servers";

/** A name that no name server knows: whoever asks for it needs the proxy. */
export const HIDDEN_HOST = "portal.invalid";

export interface SecureServer extends TestServer {
  /** File with the certificate, for those who shall trust it. */
  readonly certificate: string;
}

/** A portal behind TLS, with a certificate of its own for this machine and for {@link HIDDEN_HOST}. */
export async function secureServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<SecureServer> {
  const names = [
    { type: 2 as const, value: HIDDEN_HOST },
    { type: 7 as const, ip: "127.0.0.1" },
  ];
  const pem = await generate([{ name: "commonName", value: HIDDEN_HOST }], {
    extensions: [{ name: "subjectAltName", altNames: names }],
  });
  const folder = await mkdtemp(join(tmpdir(), "certificate-"));
  const certificate = join(folder, "certificate.pem");
  await writeFile(certificate, pem.cert);
  const server = await started(
    createHttpsServer({ key: pem.private, cert: pem.cert }, (request, response) => {
      request.resume().on("end", () => handle(request, response));
    }),
  );
  const close = async (): Promise<void> => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...server, certificate, close };
}

/** A proxy that leads to `target` whoever is asked for; `seen` is everything that it could read. */
export async function proxyTo(target: string, status = 200): Promise<TestServer & { readonly seen: string[] }> {
  const seen: string[] = [];
  const server = await httpServer((request, response) => {
    seen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(502).end("<html>only tunnels</html>");
  });
  server.onConnect((request, socket) => {
    seen.push(`CONNECT ${request.url ?? ""} ${JSON.stringify(request.headers)}`);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>`);
      return;
    }
    const [host, port] = target.split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  return { ...server, seen };
}

/** What becomes of requests that a process with this environment sends. */
export async function sendFrom(env: Readonly<Record<string, string>>, urls: readonly string[]): Promise<HttpOutcome[]> {
  const none = { HTTP_PROXY: "", HTTPS_PROXY: "", NO_PROXY: "", http_proxy: "", https_proxy: "", no_proxy: "" };
  const child = fork(require.resolve("./secure-child"), [JSON.stringify(urls)], {
    env: { ...process.env, ...none, ...env },
    execArgv: ["--require", require.resolve("tsx/cjs")],
  });
  const [outcomes] = (await once(child, "message")) as [HttpOutcome[]];
  return outcomes;
}
