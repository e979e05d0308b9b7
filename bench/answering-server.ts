/**
 * A server that answers every request at once with a REST result, in a process of its own and on as many ports as
 * asked for. Each port counts as another portal, so that no request budget slows down a measurement.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const BODY = JSON.stringify({
  result: true,
  time: { start: 1, finish: 1.01, duration: 0.01, processing: 0.01, operating: 0, operating_reset_at: 0 },
});

async function listen(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(BODY) });
      response.end(BODY);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

void Promise.all(Array.from({ length: Number(process.argv[2]) }, listen)).then((ports) => process.send?.({ ports }));
process.on("disconnect", () => process.exit());
