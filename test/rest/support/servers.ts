import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface TestServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly sockets: ReadonlySet<Socket>;
  /** Connections made so far. */
  readonly connections: () => number;
  /** Told of each client that asks for a tunnel, as a proxy is. */
  onConnect(handle: (request: IncomingMessage, socket: Duplex) => void): void;
  close(): Promise<void>;
}

/** Starts a server on a free port of this machine. */
export async function started(server: Server | TcpServer): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket);
    // What the other side breaks off is part of the tests.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    connections: () => connections,
    onConnect: (handle) => void server.on("connect", handle),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** An HTTP server; the handler gets the whole body. */
export function httpServer(
  handle: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  keepAlive = 5_000,
): Promise<TestServer> {
  const server = createHttpServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => handle(request, response, body));
  });
  server.keepAliveTimeout = keepAlive;
  return started(server);
}

/** A server that accepts connections and leaves the rest to the handler. */
export const tcpServer = (handle: (socket: Socket) => void): Promise<TestServer> => started(createTcpServer(handle));

/** A port on which nobody listens. */
export async function closedPort(): Promise<string> {
  const server = await tcpServer(() => undefined);
  await server.close();
  return server.host;
}
