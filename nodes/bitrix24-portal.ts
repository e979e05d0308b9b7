import type { IncomingMessage, ServerResponse } from "node:http";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { parseId } from "../open-channels/actions/values";
import { AddressError, parseWebhookUrl, type WebhookAddress } from "../rest/address";
import { openPortal } from "../rest/portal";
import { registerAdminRoutes } from "./runtime/admin/routes";
import { BotSession } from "./runtime/bot-session";
import { handlerUrl, type BotProperties } from "./runtime/bot-properties";
import { asPortalNode, type Connection, type PortalNode } from "./runtime/portal-node";
import { answerDelivery, openReceiver } from "./runtime/receiver";
import { openStore, ownToken, restoreState } from "./runtime/state-store";
import { describeError, lookUp } from "./runtime/texts";
import { Turnstile } from "./runtime/turnstile";

interface PortalDefinition extends NodeDef, BotProperties {
  readonly plan?: string;
  readonly maxWaiting?: string | number;
  readonly maxWait?: string | number;
}

interface PortalCredentials {
  readonly webhookUrl?: string;
  readonly botToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

type MutablePortalNode = { -readonly [Key in keyof PortalNode]: PortalNode[Key] } & { credentials?: PortalCredentials };

/** The config node: holds the credentials, the one door to the portal, and the bot. */
export default function register(RED: NodeAPI): void {
  function PortalConfig(this: MutablePortalNode, definition: PortalDefinition): void {
    RED.nodes.createNode(this, definition);
    const users: Record<string, Node> = {};
    this.users = users;
    this.register = (user) => {
      users[user.id] = user;
    };
    this.deregister = (user) => {
      delete users[user.id];
    };
    this.connection = null;
    this.problem = null;

    const webhook = readAddress(this.credentials?.webhookUrl);
    if (webhook instanceof AddressError) {
      this.problem = webhook.reason;
      this.error(lookUp(RED, `problems.${webhook.reason}`) ?? webhook.message);
      return;
    }
    warnOfUnsetVariables(RED, this, definition);
    const connection = connect(RED, this, webhook, definition);
    const closeReceiver = openReceiver(this.id, receiverFor(RED, this, connection));
    this.connection = connection;
    // Nodes that use this one are created after it, and a bot's first events should find them.
    setImmediate(() => connection.bot.start());
    this.on("close", (removed: boolean, done: () => void) => {
      void closeConnection(connection, removed, () => closeReceiver(removed)).then(done);
    });
  }

  RED.nodes.registerType("bitrix24-portal", PortalConfig as (this: Node, definition: NodeDef) => void, {
    credentials: {
      webhookUrl: { type: "password" },
      botToken: { type: "password" },
      clientId: { type: "password" },
      clientSecret: { type: "password" },
    },
  });
  registerRoutes(RED);
  registerAdminRoutes(RED);
}

/** One static route each: what they lead to is looked up, so that nothing is left behind after a deploy. */
function registerRoutes(RED: NodeAPI): void {
  RED.httpNode.post("/bitrix24/:id", (request: IncomingMessage, response: ServerResponse) => {
    answerDelivery(request, response).catch((error: unknown) => {
      RED.log.error(error instanceof Error ? error.message : "bitrix24: a delivery could not be read");
      response.statusCode = 400;
      response.end();
    });
  });
  RED.httpAdmin.get("/bitrix24/:id/metrics", RED.auth.needsPermission("bitrix24-portal.read"), (request, response) => {
    const { id } = request.params as { id?: string };
    const connection = id === undefined ? null : (asPortalNode(RED.nodes.getNode(id))?.connection ?? null);
    if (connection) response.json(connection.portal.metrics());
    else response.sendStatus(404);
  });
}

function readAddress(webhookUrl: unknown): WebhookAddress | AddressError {
  try {
    return parseWebhookUrl(webhookUrl);
  } catch (error) {
    if (error instanceof AddressError) return error;
    throw error;
  }
}

const UNSET_VARIABLE = /^\$(?:\{[^}]*\}|\([^)]*\))$/;

const isUnset = (value: unknown): value is string => typeof value === "string" && UNSET_VARIABLE.test(value.trim());

/** A text as it counts: an environment variable that is not set stays as it was typed, and must not reach the portal. */
const textOf = (value: string | undefined): string => (isUnset(value) ? "" : (value ?? "").trim());

function warnOfUnsetVariables(RED: NodeAPI, node: MutablePortalNode, definition: PortalDefinition): void {
  const { botCode, botName, botId, publicUrl } = definition;
  for (const value of [botCode, botName, botId, publicUrl, node.credentials?.botToken])
    if (isUnset(value)) node.warn(lookUp(RED, "warnings.unresolvedEnv", { name: value }) ?? `${value} is not set.`);
}

function connect(
  RED: NodeAPI,
  node: MutablePortalNode,
  webhook: WebhookAddress,
  definition: PortalDefinition,
): Connection {
  const code = textOf(definition.botCode);
  const botId = parseId(definition.botId);
  const warn = (key: string, values: Record<string, string | number> = {}): void =>
    node.warn(lookUp(RED, `warnings.${key}`, values) ?? key);

  const userDir = RED.settings.userDir;
  const store = openStore(userDir, node.id, (error) => warn("stateFile", { reason: error.message }));
  if (!store.durable && userDir) warn("memoryOnly");
  const state = restoreState(store, `${webhook.base} ${code || String(botId ?? "")}`);
  const given = textOf(node.credentials?.botToken);
  const isChosenHere = code !== "" && given === "" && !isUnset(node.credentials?.botToken);
  const token = isChosenHere ? ownToken(store, state) : given;

  const portal = openPortal({
    webhook,
    plan: definition.plan === "enterprise" ? "enterprise" : "standard",
    maxWaiting: positive(definition.maxWaiting, 10_000),
    maxWait: positive(definition.maxWait, 600) * 1000,
    secrets: [token, node.credentials?.clientSecret ?? ""],
    onMoved: (host) => warn("portalMoved", { host }),
  });
  const bot = new BotSession({
    portal,
    portalBase: webhook.base,
    store,
    state,
    token,
    settings: {
      code,
      botId,
      name: textOf(definition.botName),
      mode: definition.eventMode === "webhook" ? "webhook" : "fetch",
      handlerUrl: handlerUrl(RED, definition, node.id),
      pollInterval: positive(definition.pollInterval, 2) * 1000,
    },
    onShared: () => warn("shared"),
    onProblem: (error) => {
      const { message, hint } = describeError(RED, error, "bot");
      node.error(portal.redactor.text(`${message} ${hint}`));
    },
  });
  return { portal, bot, turnstile: new Turnstile() };
}

/**
 * What is under way may end first; then nothing is remembered any more, so it is written down. Until then the portal's
 * deliveries are taken: they wait for the next start.
 */
async function closeConnection(
  { portal, bot }: Connection,
  removed: boolean,
  closeReceiver: () => void,
): Promise<void> {
  bot.stop();
  if (removed) await bot.confirmAll();
  await portal.close();
  // The actions' own endings come in the same turn as the portal's answers.
  await new Promise((resolve) => setImmediate(resolve));
  closeReceiver();
  await bot.close();
}

function receiverFor(
  RED: NodeAPI,
  node: MutablePortalNode,
  { bot, portal }: Connection,
): Parameters<typeof openReceiver>[1] {
  const turnedAway: Record<string, number> = {};
  return {
    token: bot.token,
    get botId() {
      return bot.knownId;
    },
    accept: (deliveries) => bot.accept(deliveries),
    deliver: () => bot.deliver(),
    onFailed: (error) => node.error(portal.redactor.text(error.message)),
    onTurnedAway(reason) {
      const count = (turnedAway[reason] = (turnedAway[reason] ?? 0) + 1);
      // Whoever keeps knocking must not fill the log.
      if (Number.isInteger(Math.log10(count)))
        node.warn(lookUp(RED, `warnings.turnedAway_${reason.replace("-", "_")}`, { count }) ?? `${reason}: ${count}`);
    },
  };
}

function positive(value: unknown, fallback: number): number {
  const number = Number(value);
  return value !== "" && Number.isFinite(number) && number > 0 ? number : fallback;
}
