import type { NodeAPI } from "node-red";
import { isObject, type JsonObject } from "../../../rest/envelope";
import { parseWebhookUrl, type WebhookAddress } from "../../../rest/address";
import { notSent } from "../../../rest/errors";
import { asPortalNode } from "../portal-node";

/** What the editor shows instead of a secret that is stored already. */
const STORED_SECRET = "__PWRD__";
const VARIABLE = /^\$(?:\{([^}]+)\}|\(([^)]+)\))$/;

interface StoredCredentials {
  readonly webhookUrl?: unknown;
  readonly botToken?: unknown;
}

/** What a dialog asks: the config node that it edits, which need not be deployed yet, and what was typed so far. */
export interface DialogRequest {
  readonly id: string;
  readonly body: JsonObject;
}

/** A property of the dialog as text, with environment variables put in. */
export function property(RED: NodeAPI, request: DialogRequest, name: string): string {
  const value = request.body[name];
  return typeof value === "string" || typeof value === "number" ? resolve(RED, request.id, String(value)) : "";
}

/**
 * The portal that a dialog means: as typed, else as stored.
 * @throws AddressError when there is no usable address
 */
export function addressOf(RED: NodeAPI, request: DialogRequest): WebhookAddress {
  return parseWebhookUrl(typed(RED, request, "webhookUrl") ?? stored(RED, request.id, "webhookUrl"));
}

/**
 * The bot's token as typed, as stored, or as the running node made it for itself; null when there is none.
 * What is stored for one portal is never told to another.
 * @throws CallError TOKEN_OF_OTHER_PORTAL when only another portal's token is known
 */
export function tokenOf(RED: NodeAPI, request: DialogRequest, webhook: WebhookAddress): string | null {
  const own = typed(RED, request, "botToken");
  if (own !== null && own !== "") return own;
  const kept = own === "" ? "" : stored(RED, request.id, "botToken") || tokenAtWork(RED, request);
  if (kept === "") return null;
  if (parseWebhookUrl(stored(RED, request.id, "webhookUrl")).base !== webhook.base)
    throw notSent("TOKEN_OF_OTHER_PORTAL");
  return kept;
}

/** A bot without a token got one where it runs. It belongs to the code with which it was deployed. */
function tokenAtWork(RED: NodeAPI, { id, body }: DialogRequest): string {
  const bot = asPortalNode(RED.nodes.getNode(id))?.connection?.bot;
  let deployedCode: unknown;
  RED.nodes.eachNode((node) => {
    if (node.id === id) deployedCode = (node as { botCode?: unknown }).botCode;
  });
  return bot?.hasBot && body["botCode"] === deployedCode ? bot.token : "";
}

/** What was typed; null when the field still shows what is stored. */
function typed(RED: NodeAPI, { id, body }: DialogRequest, name: string): string | null {
  const value = body[name];
  return typeof value === "string" && value !== STORED_SECRET ? resolve(RED, id, value) : null;
}

function stored(RED: NodeAPI, id: string, name: keyof StoredCredentials): string {
  const all: unknown = RED.nodes.getCredentials(id);
  const value = isObject(all) ? all[name] : undefined;
  return typeof value === "string" ? resolve(RED, id, value) : "";
}

/** As Node-RED does it for a node that it starts; what is not set stays as it was written. */
function resolve(RED: NodeAPI, id: string, text: string): string {
  const trimmed = text.trim();
  const [, braces, brackets] = VARIABLE.exec(trimmed) ?? [];
  const name = braces ?? brackets;
  if (name === undefined) return trimmed;
  // Without a node, which is so before the first deploy, it knows the environment of the process.
  const value: unknown = RED.util.getSetting(RED.nodes.getNode(id), name);
  return typeof value === "string" && value !== "" ? value.trim() : trimmed;
}

export const isUnset = (text: string): boolean => VARIABLE.test(text);
