/** The hand behind the portal: what tests and the page do beside REST. */
import type { Language } from "../portal/languages";
import type { Random } from "../portal/random";
import { fillSample, type SampleBot } from "../portal/sample";
import { DEFAULT_SETTINGS, type PortalSettings } from "../portal/settings";
import type { Change, StateView } from "../portal/view-types";
import { wordsOf } from "../portal/words";
import type { Edge } from "../rest/edge";
import type { BotEvents } from "../rest/events";
import { RATES } from "../rest/limits";
import { createOrganizationControl } from "./organization";
import { chatOf, createPeopleControl } from "./people";
import { createTrafficControl } from "./traffic";
import type { Control } from "./types";
import { botView, chatView, lineView, operatorView } from "./views";

export interface ControlParts {
  edge: Edge;
  events: BotEvents;
  listeners: Set<(change: Change) => void>;
  /** Called at every reset, so that a seed begins anew. */
  random: () => Random;
  /** Null leaves the portal blank. */
  sampleBot: SampleBot | null;
  language: Language;
  initial: Partial<PortalSettings>;
}

/** Builds the control of a running sandbox. */
export function createControl(parts: ControlParts): Control {
  const { edge, events, listeners } = parts;
  const { portal, journal, faults, operating } = edge.world;

  const advance = (): void => portal.schedule.advance(portal.now());

  const control: Control = {
    ...createPeopleControl(portal),
    ...createOrganizationControl(portal),
    ...createTrafficControl(edge),
    reset() {
      events.clear();
      journal.clear();
      faults.clear();
      operating.reset();
      edge.counter.reset();
      portal.clear({ ...structuredClone(DEFAULT_SETTINGS), ...parts.initial }, parts.random());
      fillSample(portal, parts.sampleBot, wordsOf(parts.language).sample);
      portal.changed("reset");
    },
    configure(settings) {
      for (const key of Object.keys(settings)) {
        if (!(key in DEFAULT_SETTINGS)) throw new Error(`Unknown setting: ${key}`);
      }
      Object.assign(portal.settings, settings);
      if (settings.operatingCost) portal.settings.operatingCost = lowerKeys(settings.operatingCost);
      portal.changed("settings");
    },
    settings: () => structuredClone(portal.settings),
    state: () => stateView(edge),
    chat(chatId) {
      advance();
      return chatView(portal, chatOf(portal, chatId));
    },
    chats() {
      advance();
      return [...portal.chats.values()].map((chat) => chatView(portal, chat));
    },
    events: () => events.view(),
    resend: (deliveryId) => events.resend(deliveryId),
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return control;
}

function lowerKeys(costs: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(costs).map(([method, seconds]) => [method.toLowerCase(), seconds]));
}

function stateView(edge: Edge): StateView {
  const { portal, journal } = edge.world;
  const rate = RATES[portal.settings.requestLimit === "enterprise" ? "enterprise" : "standard"];
  return {
    settings: structuredClone(portal.settings),
    lines: [...portal.lines.values()].map(lineView),
    operators: [...portal.users.values()].filter((user) => user.kind === "employee").map(operatorView),
    bots: [...portal.bots.values()].map((bot) => botView(portal, bot)),
    networkLines: [...portal.networkLines.values()].map((line) => ({ ...line })),
    counters: {
      executed: journal.executed,
      requests: journal.received,
      refused: journal.refused,
      level: edge.counter.highest(portal.now(), rate),
    },
  };
}
