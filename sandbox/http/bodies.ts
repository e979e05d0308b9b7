/** Reads an HTTP request as the portal does: path, query, and a body in one of the known forms. [S01 rest.server] */
import type { IncomingMessage } from "node:http";
import { setKey, type Params } from "../portal/php";
import { nestFields, parseStr } from "../rest/forms";
import { readJson, withoutEaten, type RestRequest } from "../rest/request";

/** Far above what the portal's own memory would allow. */
const MAX_BODY = 64 * 1024 * 1024;

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

/** The request's parameters; body keys win over those of the query string. */
export async function readRequest(request: IncomingMessage, url: URL, body: Buffer): Promise<RestRequest> {
  const all: Params = url.search.length > 1 ? parseStr(url.search.slice(1)) : {};
  const given = await readParams(request.headers["content-type"] ?? "", request.method ?? "GET", body);
  for (const key of Object.keys(given)) setKey(all, key, given[key]);
  return withoutEaten(url.pathname, all);
}

async function readParams(contentType: string, method: string, body: Buffer): Promise<Params> {
  if (method === "GET" || method === "HEAD" || body.length === 0) return {};
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  if (method === "POST" && (type === "application/json" || type.endsWith("+json")))
    return readJson(body.toString("utf8"));
  if (type === "multipart/form-data") return readMultipart(contentType, body);
  return parseStr(body.toString("utf8"));
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
