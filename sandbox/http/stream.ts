/** Change notifications as server-sent events. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Changes } from "../control/api";
import type { Control } from "../control/types";
import type { Change } from "../portal/view-types";

/** Changes of this span travel together: a storm of calls must not become a storm of messages. */
const GATHER_MS = 50;

/** Keeps the answer open and sends every change; `data` is a list of changes. */
export function openStream(control: Control, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    Connection: "keep-alive",
  });
  response.write(": connected\n\n");
  let waiting = new Map<string, Change>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const changes: Changes = [...waiting.values()];
    response.write(`data: ${JSON.stringify(changes)}\n\n`);
    waiting = new Map();
  };
  const stop = control.on((change) => {
    waiting.set(`${change.kind}|${change.chatId ?? ""}`, change);
    timer ??= setTimeout(flush, GATHER_MS);
  });
  request.on("close", () => {
    clearTimeout(timer);
    stop();
  });
}
