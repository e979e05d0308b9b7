import type { Node, NodeAPI, NodeDef } from "node-red";
import { AddressError, parseWebhookUrl, type WebhookAddress } from "../rest/address";
import { openPortal } from "../rest/portal";
import { parseId } from "../open-channels/values";
import type { Connection, PortalNode } from "./runtime/portal-node";
import { lookUp } from "./runtime/texts";

interface PortalDefinition extends NodeDef {
  readonly plan?: string;
  readonly botId?: string | number;
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

/** The config node: holds the credentials and the one door to the portal. */
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
    } else this.connection = connect(RED, this, webhook, definition);

    this.on("close", (_removed: boolean, done: () => void) => {
      void (this.connection?.portal.close() ?? Promise.resolve()).then(done);
    });
  }

  RED.nodes.registerType("bitrix24-portal", PortalConfig as unknown as (this: Node, definition: NodeDef) => void, {
    credentials: {
      webhookUrl: { type: "password" },
      botToken: { type: "password" },
      clientId: { type: "password" },
      clientSecret: { type: "password" },
    },
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

function connect(
  RED: NodeAPI,
  node: MutablePortalNode,
  webhook: WebhookAddress,
  definition: PortalDefinition,
): Connection {
  const token = (node.credentials?.botToken ?? "").trim();
  const portal = openPortal({
    webhook,
    plan: definition.plan === "enterprise" ? "enterprise" : "standard",
    maxWaiting: positive(definition.maxWaiting, 10_000),
    maxWait: positive(definition.maxWait, 600) * 1000,
    secrets: [token, node.credentials?.clientSecret ?? ""],
    onMoved: (host) => node.warn(lookUp(RED, "warnings.portalMoved", { host }) ?? `The portal has moved to ${host}.`),
  });
  const botId = parseId(definition.botId);
  return { portal, bot: { token, id: () => Promise.resolve(botId) } };
}

function positive(value: unknown, fallback: number): number {
  const number = Number(value);
  return value !== "" && Number.isFinite(number) && number > 0 ? number : fallback;
}
