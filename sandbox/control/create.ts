/** The hand behind the portal: what tests and the page do beside REST. */
import { chatOf, createPeopleControl, found, operatorOf } from "./people";
import type { Edge } from "../rest/edge";
import type { BotEvents } from "../rest/events";
import { addCrmItem } from "../portal/crm";
import { distributeWaiting } from "../portal/queue";
import type { Random } from "../portal/random";
import { DEFAULT_SETTINGS } from "../portal/settings";
import { fillSample } from "../portal/sample";
import { RATES } from "../rest/limits";
import { botView, chatView, lineView, operatorView } from "./views";
import type { Change, StateView } from "../portal/view-types";
import type { Control } from "./types";
import type { Language } from "../portal/languages";
import type { PortalSettings } from "../portal/settings";
import type { SampleBot } from "../portal/sample";
import { wordsOf } from "../portal/words";

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
    addOperator(operator) {
      const user = portal.addUser({
        name: operator.name,
        lastName: operator.lastName ?? "",
        online: operator.online ?? true,
      });
      for (const id of operator.lines ?? []) found(portal.lines.get(id), `line ${id}`).queue.push(user.id);
      portal.changed("user");
      if (user.online) distributeWaiting(portal);
      return user.id;
    },
    setOnline(userId, online) {
      operatorOf(portal, userId).online = online;
      portal.changed("user");
      if (online) distributeWaiting(portal);
    },
    setActive(userId, active) {
      operatorOf(portal, userId).active = active;
      portal.changed("user");
    },
    addLine(line) {
      const added = portal.addLine(structuredClone(line));
      portal.changed("line");
      return added.id;
    },
    updateLine(id, line) {
      const entry = found(portal.lines.get(id), `line ${id}`);
      Object.assign(entry, structuredClone(line));
      if (line.bot !== undefined && line.botEnabled === undefined) entry.botEnabled = line.bot !== null;
      portal.changed("line");
      distributeWaiting(portal);
    },
    addNetworkLine(code, state = "active") {
      portal.networkLines.set(code, { code, state, botId: portal.networkLines.get(code)?.botId ?? null });
      portal.changed("line");
    },
    addCrmItem: (item) => addCrmItem(portal, item),
    lockChat(chatId, locked) {
      chatOf(portal, chatId).locked = locked;
    },
    chat(chatId) {
      advance();
      return chatView(portal, chatOf(portal, chatId));
    },
    chats() {
      advance();
      return [...portal.chats.values()].map((chat) => chatView(portal, chat));
    },
    log: () => journal.calls.list(),
    requests: () => journal.requests.list(),
    addFault(fault) {
      const id = faults.add(fault);
      portal.changed("fault");
      return id;
    },
    removeFault(id) {
      faults.remove(id);
      portal.changed("fault");
    },
    clearFaults() {
      faults.clear();
      portal.changed("fault");
    },
    faults: () => faults.list(),
    events: () => events.view(),
    resend: (deliveryId) => events.resend(deliveryId),
    spendOperating: (method, seconds) => operating.charge(method.toLowerCase(), seconds, portal.now()),
    resetCounter: () => edge.counter.reset(),
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
