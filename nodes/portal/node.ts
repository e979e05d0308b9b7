import type { IncomingMessage, ServerResponse } from "node:http";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { AddressError, parseWebhookUrl, type WebhookAddress } from "../../rest/address";
import { registerAdminRoutes } from "../admin/routes";
import { openConnection, type PortalProperties } from "../runtime/connection";
import { processEnvironment, type Environment } from "../runtime/environment";
import { flowsOf } from "../runtime/flows";
import { asPortalNode, type Connection, type PortalNode } from "../runtime/portal-node";
import { answerDelivery, openReceiver } from "../runtime/receiver";
import { lookUp } from "../runtime/texts";

type PortalDefinition = NodeDef & PortalProperties;

interface PortalCredentials {
  readonly webhookUrl?: string;
  readonly botToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

type MutablePortalNode = { -readonly [Key in keyof PortalNode]: PortalNode[Key] } & { credentials?: PortalCredentials };

/**
 * The config node: holds the credentials, the one door to the portal, and the bot.
 * @param environment what the process gives to it; a simulation gives its own
 */
export default function register(RED: NodeAPI, environment: Environment = processEnvironment): void {
  // Deploys are watched from the beginning, so that the first one is known too.
  flowsOf(RED);

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
    const connection = openConnection(RED, environment, this, webhook, definition, this.credentials ?? {});
    const closeReceiver = openReceiver(this.id, receiverFor(RED, this, connection, environment));
    this.connection = connection;
    // Nodes that use this one are created after it, and a bot's first events should find them.
    environment.clock.soon(() => connection.bot.start());
    this.on("close", (removed: boolean, done: () => void) => {
      // As long as something is under way the portal's deliveries are taken: they wait for the next start.
      void connection.close(removed, () => closeReceiver(removed)).then(done);
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

function receiverFor(
  RED: NodeAPI,
  node: Node,
  { bot }: Connection,
  { clock }: Environment,
): Parameters<typeof openReceiver>[1] {
  const turnedAway: Record<string, number> = {};
  return {
    token: bot.token,
    clock,
    get botId() {
      return bot.knownId;
    },
    accept: (deliveries) => bot.engine.accept(deliveries),
    deliver: () => bot.engine.deliverAccepted(),
    onFailed: (error) => node.error(error.message),
    onTurnedAway(reason) {
      const count = (turnedAway[reason] = (turnedAway[reason] ?? 0) + 1);
      // Logged at powers of ten only, so that a flood cannot fill the log.
      if (Number.isInteger(Math.log10(count)))
        node.warn(lookUp(RED, `warnings.turnedAway_${reason.replace("-", "_")}`, { count }) ?? `${reason}: ${count}`);
    },
  };
}
