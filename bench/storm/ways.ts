/** The ways to send many messages at once that are compared. */
import { ApiVersion, B24Hook } from "@bitrix24/b24jssdk";
import { onCanvas, portalNode, type FlowNode, type Runtime } from "../runtime";
import type { PracticePortal } from "./practice-portal";

const METHOD = "imopenlines.bot.session.message.send";

export interface Sending {
  CHAT_ID: number;
  NAME: string;
  MESSAGE: string;
}

/** Sends everything at once to one portal. */
export interface Way {
  readonly name: string;
  /** The nodes that it needs; ids begin with `id`, the messages go into the node `id` itself. */
  nodes?(id: string, webhookUrl: string): FlowNode[];
  /** Sends all; resolves when each has ended, whichever way. `onEnd` is told of each, where they end one by one. */
  send(all: readonly Sending[], portal: PracticePortal, through: Through, onEnd: () => void): Promise<void>;
}

/** Gives one message to the way's first node. */
export type Through = (payload: unknown) => ReturnType<Runtime["through"]>;

const throughNodes: Way["send"] = async (all, _portal, through, onEnd) => {
  await Promise.all(all.map((payload) => through(payload).then(onEnd)));
};

/** The official SDK, a fresh one for each portal: it imitates the portal's counter as well. */
function sdk({ webhookUrl }: PracticePortal): B24Hook {
  const { host, pathname } = new URL(webhookUrl);
  const b24 = new B24Hook({ b24Url: host, userId: 1, secret: pathname.split("/")[3] ?? "" });
  b24.offClientSideWarning();
  // The SDK insists on https, which a portal on loopback does not have.
  b24.getHttpClient(ApiVersion.v2).ajaxClient.interceptors.request.use((config) => {
    config.url = (config.url ?? "").replace(/^https:/, "http:");
    return config;
  });
  return b24;
}

const httpRequest = (id: string, webhookUrl: string): FlowNode =>
  onCanvas(id, "http request", 1, { method: "POST", ret: "obj", url: webhookUrl + METHOD, persist: true });

export const ours: Way = {
  name: "send node (ours)",
  nodes: (id, webhookUrl) => [
    portalNode(`${id}-portal`, webhookUrl),
    onCanvas(id, "bitrix24-send", 2, {
      portal: `${id}-portal`,
      mode: "automatic",
      chatIdType: "auto",
      messageType: "auto",
    }),
  ],
  send: throughNodes,
};

export const delayed: Way = {
  name: "core delay node, 2 a second, and http request node",
  nodes: (id, webhookUrl) => [
    onCanvas(id, "delay", 1, {
      pauseType: "rate",
      rate: "2",
      nbRateUnits: "1",
      rateUnits: "second",
      drop: false,
      outputs: 1,
      wires: [[`${id}-request`]],
    }),
    httpRequest(`${id}-request`, webhookUrl),
  ],
  send: throughNodes,
};

export const unthrottled: Way = {
  name: "core http request node alone",
  nodes: (id, webhookUrl) => [httpRequest(id, webhookUrl)],
  send: throughNodes,
};

export const sdkSingle: Way = {
  name: "official SDK, single calls",
  async send(all, portal, _through, onEnd) {
    const b24 = sdk(portal);
    const calls = all.map((sending) =>
      b24.actions.v2.call.make({ method: METHOD, params: { ...sending } }).finally(onEnd),
    );
    await Promise.allSettled(calls);
    b24.destroy();
  },
};

export const sdkBatch: Way = {
  name: "official SDK, batch by chunk",
  async send(all, portal) {
    const b24 = sdk(portal);
    const calls = all.map((sending) => ({ method: METHOD, params: { ...sending } }));
    await b24.actions.v2.batchByChunk.make({ calls, options: { isHaltOnError: false } });
    b24.destroy();
  },
};
