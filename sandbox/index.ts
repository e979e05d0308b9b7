/** A practice portal that answers like Bitrix24: for trying flows without an account, and for tests. */
import { randomBytes } from "node:crypto";
import { createControl } from "./control";
import type { Edge } from "./edge";
import { BotEvents } from "./events";
import { Faults } from "./faults";
import { Journal } from "./journal";
import { OperatingTime, RequestCounter } from "./limits";
import { Portal } from "./model/portal";
import { DEFAULT_SETTINGS } from "./settings";
import { SAMPLE_BOT } from "./sample";
import { listen } from "./server";
import type { Change, Sandbox, SandboxOptions } from "./types";
import { portalCode, wordsOf } from "./words";

export * from "./types";
export { SAMPLE_BOT, SAMPLE_NETWORK_CODE } from "./sample";
export { languageOf, LANGUAGES } from "./words";

const DEFAULT_SEED = 24;
const TICK_MS = 500;

/** Starts a practice portal; see `Control` for what can be done with it. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const secret = options.secret ?? randomBytes(12).toString("hex");
  const seed = options.seed ?? DEFAULT_SEED;
  const listeners = new Set<(change: Change) => void>();
  const language = options.language ?? "en";
  const initial = { requestLimit: options.requestLimit ?? "off", language: portalCode(language) } as const;
  const events: BotEvents = new BotEvents(() => ({ portal, base: edge.base }));
  const portal = new Portal(
    options.now ?? Date.now,
    {
      botEvent: (event) => events.add(event),
      changed(change) {
        for (const listener of listeners) listener(change);
      },
    },
    { ...structuredClone(DEFAULT_SETTINGS), ...initial },
    seed,
  );
  const world = { portal, journal: new Journal(), faults: new Faults(), operating: new OperatingTime(), secret };
  const edge: Edge = { world, counter: new RequestCounter(), base: "" };
  const ownBot = { ...SAMPLE_BOT, name: wordsOf(language).sample.bot };
  const sampleBot = options.blank ? null : (options.sampleBot ?? ownBot);
  const control = createControl({ edge, events, listeners, seed, sampleBot, language, initial });
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
