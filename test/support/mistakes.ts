import assert from "node:assert/strict";
import { SAMPLE_NETWORK_CODE } from "../../sandbox/index";
import { assertTold, type Expected } from "./catalogue";
import { ANNA, executed, startScene, type Message, type Scene } from "./nodes";

export const OPERATOR = "imopenlines.bot.session.operator";
export const TRANSFER = "imopenlines.bot.session.transfer";
export const FINISH = "imopenlines.bot.session.finish";
export const AUTOMATIC = "imopenlines.bot.session.message.send";
export const JOIN = "imopenlines.network.join";
export const NETWORK = "imopenlines.network.message.add";
export const BOT = "imbot.v2.Chat.Message.send";
export const OLD_BOT = "imbot.message.add";
export const CHAT_ID = 101;
export const CODE = SAMPLE_NETWORK_CODE;
export const HUGE = "x".repeat(60_000);

/** A mistake, and how it is told. */
export interface Case {
  type: string;
  props?: Message;
  payload?: unknown;
  code: string;
  method: string;
  variant: string;
  /** What makes the portal refuse; absent: the package does it, and nothing is sent. */
  portal?: (scene: Scene) => unknown;
  status?: number;
  outcome?: Expected["outcome"];
  credentials?: (url: string) => Record<string, string>;
  config?: Message;
}

const use = (
  type: string,
  method: string,
  variant: string,
  props: Message = {},
): Pick<Case, "type" | "method" | "variant" | "props"> => ({
  type: `bitrix24-${type}`,
  method,
  variant,
  props,
});
export const operator = use("operator", OPERATOR, "operator");
export const transfer = use("transfer", TRANSFER, "transfer");
export const finish = use("finish", FINISH, "finish");
export const automatic = use("send", AUTOMATIC, "send_automatic", { mode: "automatic" });
export const network = use("send", NETWORK, "send_network", { mode: "network" });
export const bot = use("send", BOT, "send");
export const oldBot = use("send", OLD_BOT, "send");
export const join = use("join", JOIN, "join");

export const say = { CHAT_ID, MESSAGE: "x" };
export const write = { CODE, USER_ID: ANNA, MESSAGE: "x" };

/** Makes the mistake through a node, and holds what comes to everything that is promised. */
export async function run(one: Case): Promise<void> {
  const { type, props = {}, payload, code, method, variant, config = {}, credentials } = one;
  const { portal: prepare, status = 400, outcome = "refused" } = one;
  const scene = await startScene({ type, props, portal: config, ...(credentials && { credentials }) });
  await prepare?.(scene);
  const requests = scene.control.requests().length;
  const before = executed(scene).length;
  const { way, msg } = await scene.send({ payload, keep: 1 });
  assert.equal(way, "error", JSON.stringify(msg["payload"]));
  const told = { code, method, variant };
  assertTold(msg["error"], prepare ? { ...told, status, outcome } : { ...told, status: null, outcome: "not-sent" });
  assert.equal(msg["payload"], payload);
  assert.equal(msg["keep"], 1);
  assert.deepEqual(scene.statuses().at(-1), { fill: "red", shape: "ring", text: code });
  if (prepare) assert.ok(executed(scene).length - before <= 1);
  else assert.equal(scene.control.requests().length, requests);
}

export const short = (value: unknown): string => {
  const text = JSON.stringify(value, (_key, item: unknown) => (item === undefined ? "(undefined)" : item)) ?? "";
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
};
