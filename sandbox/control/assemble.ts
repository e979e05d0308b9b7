/** Puts a portal together, whatever is in front of it: a server, or calls in the same process. */
import { Journal } from "../portal/journal";
import { portalCode } from "../portal/languages";
import { Portal } from "../portal/memory";
import { Random, seeded } from "../portal/random";
import { SAMPLE_BOT } from "../portal/sample";
import { DEFAULT_SETTINGS } from "../portal/settings";
import type { Change } from "../portal/view-types";
import { wordsOf } from "../portal/words";
import type { Edge } from "../rest/edge";
import { BotEvents, type Post } from "../rest/events";
import { Faults } from "../rest/faults";
import { OperatingTime, RequestCounter } from "../rest/limits";
import { createControl } from "./create";
import type { PortalOptions } from "./options";
import type { Control } from "./types";

const DEFAULT_SEED = 24;

export interface Assembled {
  edge: Edge;
  events: BotEvents;
  control: Control;
}

/** A portal with its sample data; its address is set later, at `edge.base`. */
export function assemble(options: PortalOptions & { now: () => number; secret: string }, post: Post): Assembled {
  const listeners = new Set<(change: Change) => void>();
  const language = options.language ?? "en";
  const initial = { requestLimit: options.requestLimit ?? "off", language: portalCode(language) } as const;
  const random = (): Random => new Random(options.random ?? seeded(options.seed ?? DEFAULT_SEED));
  const events: BotEvents = new BotEvents(() => ({ portal, base: edge.base }), post);
  const portal = new Portal(
    options.now,
    {
      botEvent: (event) => events.add(event),
      changed(change) {
        for (const listener of listeners) listener(change);
      },
    },
    { ...structuredClone(DEFAULT_SETTINGS), ...initial },
    random(),
  );
  const rest = { journal: new Journal(), faults: new Faults(), operating: new OperatingTime() };
  const edge: Edge = {
    world: { portal, ...rest, secret: options.secret },
    counter: new RequestCounter(),
    base: "https://practice.bitrix24.example",
  };
  const ownBot = { ...SAMPLE_BOT, name: wordsOf(language).sample.bot };
  const sampleBot = options.blank ? null : (options.sampleBot ?? ownBot);
  const control = createControl({ edge, events, listeners, random, sampleBot, language, initial });
  return { edge, events, control };
}
