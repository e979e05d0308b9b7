/**
 * A practice portal that answers like Bitrix24: for trying flows without an account, and for tests.
 *
 * It is built in rooms, and each knows only those behind it:
 * - `http/` has the sockets: the server, the bodies of requests, the page's files, posted events.
 * - `control/` is the hand behind the portal: what tests and the page do beside REST, and the portal without a server.
 * - `rest/` is what an application meets: from a request to a reply, methods, limits, faults, the form of events.
 * - `portal/` is the model: people, open channels, chats, sessions, messages, bots. It knows no REST.
 * - `page/` runs in the browser and shares nothing with the others but types.
 */
import { randomBytes } from "node:crypto";
import { assemble } from "./control/assemble";
import { post } from "./http/post";
import { listen } from "./http/server";

import type { Control } from "./control/types";
import type { PortalOptions } from "./control/options";

export { createPortal } from "./control/in-process";
export type * from "./control/in-process-types";
export type { PortalOptions } from "./control/options";
export type { Control } from "./control/types";
export * from "./portal/records";
export type { SampleBot } from "./portal/sample";
export type { PortalSettings } from "./portal/settings";
export type * from "./portal/view-types";
export type { Language } from "./portal/languages";
export type { PostedEvent } from "./rest/events";
export { SAMPLE_BOT, SAMPLE_NETWORK_CODE } from "./portal/sample";
export { languageOf, LANGUAGES } from "./portal/languages";

const TICK_MS = 500;

export interface SandboxOptions extends PortalOptions {
  /** 0 (default) takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
}

export interface Sandbox {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** http://127.0.0.1:PORT/rest/1/SECRET/ */
  readonly webhookUrl: string;
  readonly secret: string;
  readonly control: Control;
  /** Resolves when all sockets are closed. */
  close(): Promise<void>;
}

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
