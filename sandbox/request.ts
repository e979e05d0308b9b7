/** Reads an HTTP request as the portal does: path, query, and a body in one of the known forms. [S01 rest.server] */
import type { IncomingMessage } from "node:http";
import { isArray, nestFields, parseStr, setKey, type Params } from "./php";

/** Far above what the portal's own memory would allow. */
const MAX_BODY = 64 * 1024 * 1024;
/** Names that the server keeps for itself. [S rest.php] */
export const EATEN = ["auth", "access_token", "auth_connector", "aplogin", "ap", "method", "sessid", "state", "start"];

export interface RestRequest {
  method: string;
  userId: string | null;
  secret: string | null;
  format: "json" | "xml";
  /** Without what the server ate. */
  params: Params;
  start: unknown;
}

/** The whole body; fails when the sender goes away or sends more than the portal takes. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY) reject(new RangeError("body too large"));
    });
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the sender went away")));
  });
}

/** Where a request goes: `/rest/{method}` or `/rest/{user}/{secret}/{method}`. */
export function readTarget(pathname: string): Pick<RestRequest, "method" | "userId" | "secret" | "format"> {
  const parts = pathname.slice("/rest/".length).replace(/\/+$/, "").split("/").map(decodePart);
  const [userId = null, secret = null] = parts.length >= 2 ? parts : [];
  const last = parts.length === 1 ? (parts[0] ?? "") : parts.slice(2).join("/");
  const suffix = /\.(json|xml)$/i.exec(last);
  const format = suffix?.[1]?.toLowerCase() === "xml" ? "xml" : "json";
  return { method: suffix === null ? last : last.slice(0, suffix.index), userId, secret, format };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return part;
  }
}

/** The request's parameters; body keys stand above those of the query string. */
export async function readRequest(request: IncomingMessage, url: URL, body: Buffer): Promise<RestRequest> {
  const all: Params = url.search.length > 1 ? parseStr(url.search.slice(1)) : {};
  const given = await readParams(request.headers["content-type"] ?? "", request.method ?? "GET", body);
  for (const key of Object.keys(given)) setKey(all, key, given[key]);
  return withoutEaten(url.pathname, all);
}

/** A request whose body is JSON text and that has no query string. */
export function jsonRequest(pathname: string, json: string): RestRequest {
  return withoutEaten(pathname, readJson(json));
}

function withoutEaten(pathname: string, params: Params): RestRequest {
  const { start } = params;
  for (const key of EATEN) delete params[key];
  return { ...readTarget(pathname), params, start };
}

async function readParams(contentType: string, method: string, body: Buffer): Promise<Params> {
  if (method === "GET" || method === "HEAD" || body.length === 0) return {};
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  if (method === "POST" && (type === "application/json" || type.endsWith("+json")))
    return readJson(body.toString("utf8"));
  if (type === "multipart/form-data") return readMultipart(contentType, body);
  return parseStr(body.toString("utf8"));
}

/** Broken JSON, or JSON that is no list or map, silently means: no parameters. [S main/lib/httprequest.php] */
function readJson(text: string): Params {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {};
  }
  if (!isArray(value)) return {};
  return Array.isArray(value) ? { ...value } : value;
}

async function readMultipart(contentType: string, body: Buffer): Promise<Params> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
    const fields: [string, string][] = [];
    for (const [name, value] of form) if (typeof value === "string") fields.push([name, value]);
    return nestFields(fields);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return {};
  }
}
