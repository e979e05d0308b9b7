/** The listening end: who gets which request, and closing without leaving sockets behind. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Control } from "../control/types";
import type { Edge } from "../rest/edge";
import { handleSandbox } from "./control";
import { handleRest } from "./rest";

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Listens; resolves when the address is known. */
export async function listen(edge: Edge, control: Control, port: number, host: string): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    dispatch(edge, control, request, response).catch((error: unknown) => failed(response, error));
  });
  server.keepAliveTimeout = 15_000;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return {
    url: `http://${name.includes(":") ? `[${name}]` : name}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function dispatch(
  edge: Edge,
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = `http://sandbox${request.url ?? "/"}`;
  if (!URL.canParse(address)) {
    response.writeHead(400).end();
    return;
  }
  const url = new URL(address);
  if (url.pathname.startsWith("/rest/")) await handleRest(edge, request, response, url);
  else await handleSandbox(control, request, response, url);
}

/** A mistake in the sandbox itself must not look like the portal's answer. */
function failed(response: ServerResponse, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`sandbox: ${text}\n`);
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { "Content-Type": "text/plain" }).end("The sandbox itself failed.\n");
}
