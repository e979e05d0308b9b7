import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import type { BotSession, BotStatus } from "../../open-channels/bot/session";
import type { Listener } from "../../open-channels/engine/handovers";
import type { Owner } from "../../open-channels/engine/meaning";
import type { BotEvent } from "../../open-channels/events/event";
import { isCapped, seconds } from "../../open-channels/seconds";
import { stableId } from "../runtime/node-id";
import { asPortalNode } from "../runtime/portal-node";
import { lookUp, statusKey } from "../runtime/texts";

interface EventDefinition extends NodeDef {
  readonly portal?: string;
  readonly events?: unknown;
  readonly openChannelsOnly?: boolean;
  readonly confirm?: string;
  readonly confirmTimeout?: string | number;
}

const DEFAULT_CONFIRM_TIMEOUT = 60;

const LOOKS: Readonly<Record<BotStatus, NodeStatus>> = {
  off: { fill: "grey", shape: "ring", text: statusKey("noBot") },
  connecting: { fill: "yellow", shape: "ring", text: statusKey("connecting") },
  connected: { fill: "green", shape: "dot", text: statusKey("connected") },
  unreachable: { fill: "yellow", shape: "ring", text: statusKey("unreachable") },
  refused: { fill: "red", shape: "ring", text: statusKey("refused") },
  shared: { fill: "yellow", shape: "dot", text: statusKey("shared") },
};

/** Emits a message for each event of the bot. */
export default function register(RED: NodeAPI): void {
  function EventNode(this: Node, definition: EventDefinition): void {
    RED.nodes.createNode(this, definition);
    const portalNode = asPortalNode(definition.portal ? RED.nodes.getNode(definition.portal) : null);
    const session = portalNode?.connection?.bot;
    portalNode?.register(this);
    if (!session) this.status({ fill: "red", shape: "ring", text: statusKey("notConfigured") });
    const unsubscribe = session ? listen(this, session, definition) : () => undefined;
    this.on("close", (_removed: boolean, done: () => void) => {
      unsubscribe();
      portalNode?.deregister(this);
      done();
    });
  }
  RED.nodes.registerType("bitrix24-event", EventNode);

  function listen(node: Node, session: BotSession, definition: EventDefinition): () => void {
    const show = (): void => {
      const { kind, code } = session.status;
      node.status({ ...LOOKS[kind], ...(kind === "refused" && code !== null && { text: code }) });
    };
    show();
    return session.subscribe(listenerOf(node, definition, RED), show);
  }
}

function listenerOf(node: Node, definition: EventDefinition, RED: NodeAPI): Listener {
  const { events, confirmTimeout } = definition;
  const topics = Array.isArray(events) ? (events as unknown[]) : [];
  const timeout = seconds(confirmTimeout, DEFAULT_CONFIRM_TIMEOUT);
  if (isCapped(confirmTimeout)) {
    const values = { name: "confirmTimeout", seconds: timeout / 1000 };
    node.warn(lookUp(RED, "warnings.tooLong", values) ?? "tooLong");
  }
  return {
    id: stableId(node),
    topics: new Set(topics.filter((topic): topic is string => typeof topic === "string" && topic !== "")),
    openChannelsOnly: definition.openChannelsOnly !== false,
    confirm: definition.confirm === "received" ? "received" : "handled",
    confirmTimeout: timeout,
    emit(event, owner, output) {
      const message = messageOf(event, owner, RED);
      node.send(output === 0 ? [message, null] : [null, message]);
    },
  };
}

/** Each node gets a message of its own: flows change what they get. */
function messageOf({ topic, payload, conversation }: BotEvent, owner: Owner, RED: NodeAPI): NodeMessage {
  const content = { topic, payload, bitrix24: { ...conversation, owner } };
  return { _msgid: RED.util.generateId(), ...RED.util.cloneMessage(content) };
}
