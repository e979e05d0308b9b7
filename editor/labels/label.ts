import { excerpt } from "../shared/node";
import { asText, ofNode, type TextValues } from "../shared/text";
import { savedTopics, topicName } from "../fields/topics";

/** Longer codes are cut: the whole one would make the node as wide as half a flow; its beginning tells channels apart. */
const LONGEST_CODE = 12;
const CODE_BEGINNING = 8;

type Label = (node: RedNode, own: (key: string, values?: TextValues) => string) => string;

const send: Label = (node, own) => {
  const mode = asText(node["mode"]) || "bot";
  if (mode === "automatic" && node["template"] === "WELCOME") return own("node.welcome");
  const recipient = mode === "network" && node["userIdType"] === "num" ? asText(node["userLabel"]) : "";
  const what = recipient === "" ? own(`node.${mode}`) : own("node.recipient", { name: recipient });
  const words = node["messageType"] === "str" ? excerpt(node["message"]) : "";
  if (words === "") return what;
  return `${mode === "bot" ? own("palette") : what}: ${words}`;
};

const transfer: Label = (node, own) => {
  const { targetType: type, targetKind: kind } = node;
  const target = asText(node["target"]);
  if (type === "auto" || target === "") return own("node.auto");
  if (type !== "str" && type !== "num") return own("node.other", { target });
  const name = asText(node["targetLabel"]);
  if (name !== "") return own("node.other", { target: name });
  return own(`node.${kind === "user" || kind === "line" ? kind : "other"}`, { target });
};

const join: Label = (node, own) => {
  const code = node["codeType"] === "str" ? asText(node["code"]).trim() : "";
  if (code === "") return own("node");
  const short = code.length > LONGEST_CODE ? `${code.slice(0, CODE_BEGINNING)}…` : code;
  return `${own("palette")} → ${short}`;
};

const call: Label = (node, own) => {
  const { paging } = node;
  const method = node["methodType"] === "str" ? asText(node["method"]) : "";
  if (method === "") return own("node");
  const named = own("named.method", { method });
  return paging === "all" || paging === "stream" ? `${named}, ${own(`named.${paging}`)}` : named;
};

const event: Label = (node, own) => {
  const topics = savedTopics(node["events"]);
  if (topics.length === 0 || topics.length > 2) return own("node");
  return `${own("palette")}: ${topics.map(topicName).join(", ")}`;
};

const LABELS: Readonly<Record<string, Label>> = {
  "bitrix24-send": send,
  "bitrix24-transfer": transfer,
  "bitrix24-join": join,
  "bitrix24-call": call,
  "bitrix24-event": event,
};

/** What a node is called on the canvas: by its name, else after what it does. */
export function label(node: RedNode): string {
  const { type } = node;
  const own = (key: string, values?: TextValues): string => ofNode(type, `${type}.${key}`, values);
  return asText(node["name"]) || (LABELS[type]?.(node, own) ?? own("node"));
}
