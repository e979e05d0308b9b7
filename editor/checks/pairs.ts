import { wayOf } from "../../open-channels/actions/facts";
import { findAction } from "../declared";
import { CONTEXTUAL, FROM_MESSAGE } from "../fields/typed";
import { current } from "../shared/node";
import { asText, isBlank, isEnvReference, text } from "../shared/text";
import {
  attachRule,
  chatIdRule,
  codeRule,
  keyboardRule,
  messageRule,
  methodRule,
  paramsRule,
  targetRule,
  userIdRule,
  type Rule,
} from "./literals";
import { mistake, verdict, type Verdict } from "./mistake";

/** Looks at a pair: at nothing that comes from the message, at the type as the editor does, at literals as the node does. */
function checkPair(node: RedNode, field: string, value: unknown, rule: Rule): Verdict {
  const type = asText(current(node, `${field}Type`)) || FROM_MESSAGE;
  if (type === FROM_MESSAGE || isEnvReference(value)) return true;
  if (isBlank(value)) return verdict(mistake("empty", field));
  const literal = asText(value);
  const label = text(`field.${field}`);
  const typed = RED.utils.validateTypedProperty(type === "num" ? literal.trim() : literal, type, { label });
  if (typed !== true) return typed === false ? verdict(mistake("type", field)) : typed;
  return CONTEXTUAL.includes(type) ? true : verdict(rule(literal));
}

/** Whether the node reads this field with the settings it has now. */
function isRead(node: RedNode, field: string): boolean {
  const action = findAction(node.type);
  if (action === undefined) return true;
  const settings = Object.keys(action.settings).map((name): [string, unknown] => [name, current(node, name)]);
  return field in wayOf(action, Object.fromEntries(settings)).fields;
}

type Check = (node: RedNode, value: unknown) => Verdict;

const checkIfRead =
  (field: string, ruleOf: (node: RedNode) => Rule): Check =>
  (node, value) =>
    isRead(node, field) ? checkPair(node, field, value, ruleOf(node)) : true;

/** The pairs of the action nodes; each answers true, or says in one sentence what is wrong. */
export const check = {
  chatId: checkIfRead("chatId", () => chatIdRule),
  message: checkIfRead("message", (node) => messageRule(current(node, "mode"))),
  code: checkIfRead("code", () => codeRule),
  userId: checkIfRead("userId", () => userIdRule),
  attach: checkIfRead("attach", () => attachRule),
  keyboard: checkIfRead("keyboard", (node) => keyboardRule(current(node, "mode"))),
  target: (node: RedNode, value: unknown): Verdict =>
    checkPair(node, "target", value, targetRule(current(node, "targetKind"))),
  method: (node: RedNode, value: unknown): Verdict => checkPair(node, "method", value, methodRule),
  params: (node: RedNode, value: unknown): Verdict => checkPair(node, "params", value, paramsRule),
};
