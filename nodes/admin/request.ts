import type { NodeAPI } from "node-red";
import { isObject, type JsonObject } from "../../rest/envelope";
import { parseWebhookUrl, type WebhookAddress } from "../../rest/address";
import { notSent } from "../../rest/errors";
import type { AdminCode } from "./errors";
import { asPortalNode } from "../runtime/portal-node";

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

/** The portal that a dialog asks about. */
export interface DialogAddress {
  readonly webhook: WebhookAddress;
  /** Whether somebody with write permission has deployed this address; any other one was typed just now. */
  readonly isStored: boolean;
}

/**
 * Whether a question needs write permission because of its address: it makes this machine call whatever was typed.
 * A variable counts as typed even where it is what is stored, so that readers cannot try out names of variables.
 */
export function needsWrite(RED: NodeAPI, request: DialogRequest): boolean {
  const address = typedText(request, "webhookUrl");
  if (address === null || address === "") return false;
  return VARIABLE.test(address) || address !== storedText(RED, request.id, "webhookUrl");
}

/**
 * A property of the dialog as text. Environment variables are put in only where the stored address is in use: their
 * values must not travel to an address that somebody has just typed.
 * @returns the text; "" when the dialog sent none
 * @throws CallError VARIABLE_NOT_STORED for a variable beside a typed address
 */
export function property(RED: NodeAPI, request: DialogRequest, name: string): string {
  const value = request.body[name];
  if (typeof value !== "string" && typeof value !== "number") return "";
  const text = String(value).trim();
  if (VARIABLE.test(text) && !usesStoredAddress(RED, request)) throw notSent<AdminCode>("VARIABLE_NOT_STORED");
  return resolve(RED, request.id, text);
}

/**
 * The portal that a dialog means: as typed, else as stored.
 * @throws AddressError when there is no usable address
 * @throws CallError VARIABLE_NOT_STORED when the address is a variable other than the stored one
 */
export function addressOf(RED: NodeAPI, request: DialogRequest): DialogAddress {
  const isStored = usesStoredAddress(RED, request);
  const address = isStored ? stored(RED, request.id, "webhookUrl") : property(RED, request, "webhookUrl");
  return { webhook: parseWebhookUrl(address), isStored };
}

/**
 * The bot's token as typed, as stored, or as the running node made it for itself; null when there is none.
 * What is stored for one portal is never told to another.
 * @throws CallError TOKEN_OF_OTHER_PORTAL when only another portal's token is known, VARIABLE_NOT_STORED
 */
export function tokenOf(RED: NodeAPI, request: DialogRequest, webhook: WebhookAddress): string | null {
  const own = typedText(request, "botToken") === null ? null : property(RED, request, "botToken");
  if (own !== null && own !== "") return own;
  const kept = own === "" ? "" : stored(RED, request.id, "botToken") || tokenAtWork(RED, request);
  if (kept === "") return null;
  if (parseWebhookUrl(stored(RED, request.id, "webhookUrl")).base !== webhook.base)
    throw notSent<AdminCode>("TOKEN_OF_OTHER_PORTAL");
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

function usesStoredAddress(RED: NodeAPI, request: DialogRequest): boolean {
  const address = typedText(request, "webhookUrl");
  return address === null || (address !== "" && address === storedText(RED, request.id, "webhookUrl"));
}

/** What was typed; null when the field still shows what is stored. */
function typedText({ body }: DialogRequest, name: keyof StoredCredentials): string | null {
  const value = body[name];
  return typeof value === "string" && value !== STORED_SECRET ? value.trim() : null;
}

/** What is stored, as it was written. */
function storedText(RED: NodeAPI, id: string, name: keyof StoredCredentials): string {
  const all: unknown = RED.nodes.getCredentials(id);
  const value = isObject(all) ? all[name] : undefined;
  return typeof value === "string" ? value.trim() : "";
}

/** What is stored, with an environment variable put in; it is meant for the stored address only. */
export const stored = (RED: NodeAPI, id: string, name: keyof StoredCredentials): string =>
  resolve(RED, id, storedText(RED, id, name));

/** As Node-RED does it for a node that it starts; what is not set stays as it was written. */
function resolve(RED: NodeAPI, id: string, text: string): string {
  const [, braces, brackets] = VARIABLE.exec(text) ?? [];
  const name = braces ?? brackets;
  if (name === undefined) return text;
  const value: unknown = RED.util.getSetting(RED.nodes.getNode(id), name);
  return typeof value === "string" && value !== "" ? value.trim() : text;
}

export const isUnset = (text: string): boolean => VARIABLE.test(text);
