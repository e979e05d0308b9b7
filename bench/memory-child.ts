/**
 * Lets many calls wait for a portal that never answers, and tells what that takes. Needs --expose-gc.
 * Argument: how many.
 */
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { onCanvas, portalNode, startRuntime } from "./runtime";

export interface Memory {
  /** Bytes of one message, as a flow holds it anyway. */
  readonly message: number;
  /** Bytes that its waiting takes beside it. */
  readonly waiting: number;
}

/** Enough to fill the burst, so that no more connections are opened afterwards, and to have everything compiled. */
const WARM_UP = 2_000;

const messages = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    _msgid: "",
    topic: "order",
    payload: { CHAT_ID: number + 1, MESSAGE: `Order ${number}: your parcel is on its way to you.` },
  }));

async function heap(): Promise<number> {
  // What has ended is let go in the turns that follow.
  await pause(1_500);
  global.gc?.();
  global.gc?.();
  return process.memoryUsage().heapUsed;
}

async function main(count: number): Promise<void> {
  const server = createServer((socket) => socket.resume().on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const runtime = await startRuntime();
  await runtime.deploy([
    portalNode("portal", `http://127.0.0.1:${port}/rest/1/secret123456789/`, { maxWaiting: 2 * count + WARM_UP }),
    onCanvas("send", "bitrix24-send", 2, { portal: "portal", mode: "automatic" }),
  ]);
  for (const message of messages(WARM_UP)) runtime.give("send", message);
  const before = await heap();
  const all = messages(count);
  const withMessages = await heap();
  for (const message of all) runtime.give("send", message);
  const withCalls = await heap();
  const told: Memory = { message: (withMessages - before) / all.length, waiting: (withCalls - withMessages) / count };
  process.send?.(told);
}

void main(Number(process.argv[2]));
process.on("disconnect", () => process.exit());
