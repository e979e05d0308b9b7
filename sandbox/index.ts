/** A practice portal that answers like Bitrix24: for trying flows without an account, and for tests. */
import { randomBytes } from "node:crypto";
import { assemble } from "./assemble";
import { post } from "./post";
import { listen } from "./server";
import type { Sandbox, SandboxOptions } from "./types";

export * from "./types";
export { createPortal } from "./in-process";
export { SAMPLE_BOT, SAMPLE_NETWORK_CODE } from "./sample";
export { languageOf, LANGUAGES } from "./words";

const TICK_MS = 500;

/** Starts a practice portal; see `Control` for what can be done with it. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const secret = options.secret ?? randomBytes(12).toString("hex");
  const { edge, events, control } = assemble({ ...options, now: options.now ?? Date.now, secret }, post);
  const { portal } = edge.world;
  control.reset();
  const server = await listen(edge, control, options.port ?? 0, options.host ?? "127.0.0.1");
  edge.base = server.url;
  const tick = setInterval(() => portal.schedule.advance(portal.now()), TICK_MS);
  tick.unref();
  return {
    url: server.url,
    webhookUrl: `${server.url}/rest/1/${secret}/`,
    secret,
    control,
    async close() {
      clearInterval(tick);
      await Promise.all([server.close(), events.close()]);
    },
  };
}
