import type { Node, NodeAPI } from "node-red";
import { parseId } from "../../open-channels/ids";
import { BotSession, type BotSettings } from "../../open-channels/bot/session";
import { isWeakToken } from "../../open-channels/bot/token";
import type { EngineNotice } from "../../open-channels/engine/notices";
import { isCapped, seconds } from "../../open-channels/seconds";
import type { WebhookAddress } from "../../rest/address";
import { openPortal, type Portal } from "../../rest/portal";
import { handlerUrl, type BotProperties } from "./bot-properties";
import type { Environment } from "./environment";
import { flowsOf } from "./flows";
import type { Host, KeptEngine } from "./environment";
import { endEngine, takeEngine } from "./kept-engine";
import { OrderedGate } from "../../open-channels/engine/ordered-gate";
import type { Connection } from "./portal-node";
import { describeError, lookUp } from "./texts";

/** The config node's properties, as they are saved. */
export interface PortalProperties extends BotProperties {
  readonly id: string;
  readonly plan?: string;
  readonly maxWaiting?: string | number;
  readonly maxWait?: string | number;
}

export interface PortalSecrets {
  readonly botToken?: string;
  readonly clientSecret?: string;
}

/** A connection, and how the config node ends it. */
export interface OpenConnection extends Connection {
  /**
   * Ends it when what is under way has ended. In a partial deploy the engine goes on for the config node's successor.
   * @param removed the config node is gone, and so are the words of clients that wait
   * @param onQuiet called when nothing is under way any more; what comes later is for the successor
   */
  close(removed: boolean, onQuiet: () => void): Promise<void>;
}

const UNSET_VARIABLE = /^\$(?:\{[^}]*\}|\([^)]*\))$/;

const isUnset = (value: unknown): value is string => typeof value === "string" && UNSET_VARIABLE.test(value.trim());

/** A text as it counts: an environment variable that is not set stays as it was typed, and must not reach the portal. */
const textOf = (value: string | undefined): string => (isUnset(value) ? "" : (value ?? "").trim());

const DEFAULTS = { maxWaiting: 10_000, maxWait: 600, pollInterval: 2 };

/** Opens the door to the portal for a config node, with the bot behind it. Nothing is sent yet. */
export function openConnection(
  RED: NodeAPI,
  environment: Environment,
  node: Node,
  webhook: WebhookAddress,
  properties: PortalProperties,
  secrets: PortalSecrets,
): OpenConnection {
  const warn = (key: string, values: Record<string, string | number> = {}): void =>
    node.warn(lookUp(RED, `warnings.${key}`, values) ?? key);
  warnOfProperties(properties, secrets, warn);

  const host: Host = { notice: (notice) => warnOfNotice(notice, warn), fault: (what) => node.error(what) };
  const kept = takeEngine(environment, RED.settings.userDir, node.id, host);
  const { engine } = kept;
  const token = tokenFor(environment, kept, properties, secrets);
  const portal = doorTo(webhook, { environment, properties, hidden: [token, secrets.clientSecret ?? ""], warn });
  const bot = new BotSession({
    portal,
    portalBase: webhook.base,
    engine,
    token,
    readers: environment.readers,
    clock: environment.clock,
    settings: botSettings(properties, handlerUrl(RED, properties, node.id)),
    onShared: () => warn("shared"),
    onSmallerPage: () => warn("smallerPage"),
    onProblem: (error) => {
      const { message, hint } = describeError(RED, error, "bot");
      node.error(portal.redactor.text(`${message} ${hint}`));
    },
  });
  const flows = flowsOf(RED);
  const unwatch = flows.watch({
    stopping: (stop) => engine.flowsStopping(stop),
    started: (graph) => engine.flowsStarted(graph),
  });
  const close = async (removed: boolean, onQuiet: () => void): Promise<void> => {
    const goesOn = !removed && flows.stop !== "all";
    bot.stop();
    if (!goesOn) await bot.confirmDone();
    await portal.close();
    // The actions' own endings come in the same turn as the portal's answers.
    await new Promise<void>((resolve) => environment.clock.soon(resolve));
    onQuiet();
    unwatch();
    if (removed) engine.forgetWords();
    if (!goesOn) await endEngine(environment, node.id);
  };
  return { portal, bot, engine, gate: new OrderedGate(portal, environment.clock), close };
}

interface DoorParts {
  readonly environment: Environment;
  readonly properties: PortalProperties;
  /** Secrets that must not leave. */
  readonly hidden: readonly string[];
  readonly warn: Warn;
}

function doorTo(webhook: WebhookAddress, { environment, properties, hidden, warn }: DoorParts): Portal {
  return openPortal({
    webhook,
    plan: properties.plan === "enterprise" ? "enterprise" : "standard",
    maxWaiting: positive(properties.maxWaiting, DEFAULTS.maxWaiting),
    maxWait: seconds(properties.maxWait, DEFAULTS.maxWait),
    secrets: hidden,
    clock: environment.clock,
    random: environment.random,
    dispatchers: environment.dispatchers,
    ...(environment.createTransport && { transport: environment.createTransport() }),
    onMoved: (movedTo) => warn("portalMoved", { host: movedTo }),
  });
}

/** @param url where the portal posts events to */
function botSettings(properties: PortalProperties, url: string | null): BotSettings {
  return {
    code: textOf(properties.botCode),
    botId: parseId(properties.botId),
    name: textOf(properties.botName),
    mode: properties.eventMode === "webhook" ? "webhook" : "fetch",
    handlerUrl: url,
    pollInterval: seconds(properties.pollInterval, DEFAULTS.pollInterval),
  };
}

/** The bot's token: as it was given, else one made here that is the same after each restart. */
function tokenFor(
  environment: Environment,
  { engine }: KeptEngine,
  { botCode }: PortalProperties,
  { botToken }: PortalSecrets,
): string {
  const given = textOf(botToken);
  const isChosenHere = textOf(botCode) !== "" && given === "" && !isUnset(botToken);
  if (!isChosenHere) return given;
  if (engine.meta.token === "") engine.setMeta({ token: environment.randomBytes(24).toString("base64url") });
  return engine.meta.token;
}

type Warn = (key: string, values?: Record<string, string | number>) => void;

function warnOfProperties(properties: PortalProperties, { botToken }: PortalSecrets, warn: Warn): void {
  const { botCode, botName, botId, publicUrl } = properties;
  for (const value of [botCode, botName, botId, publicUrl, botToken])
    if (isUnset(value)) warn("unresolvedEnv", { name: value });
  for (const name of ["pollInterval", "maxWait"] as const)
    if (isCapped(properties[name])) warn("tooLong", { name, seconds: seconds(properties[name], 1) / 1000 });
  if (isWeakToken(textOf(botToken))) warn("weakToken");
}

function warnOfNotice({ kind, ...values }: EngineNotice, warn: Warn): void {
  warn(kind, values);
}

function positive(value: unknown, fallback: number): number {
  const number = Number(value);
  return value !== "" && Number.isFinite(number) && number > 0 ? number : fallback;
}
