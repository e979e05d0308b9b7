/** What a request asks for: the method, who calls, and the parameters without what the server keeps. [S01 rest.server] */
import { isArray, type Params } from "../portal/php";

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

/** A request whose body is JSON text and that has no query string. */
export function jsonRequest(pathname: string, json: string): RestRequest {
  return withoutEaten(pathname, readJson(json));
}

/** The request that a path and all its parameters make. */
export function withoutEaten(pathname: string, params: Params): RestRequest {
  const { start } = params;
  for (const key of EATEN) delete params[key];
  return { ...readTarget(pathname), params, start };
}

/** Broken JSON, or JSON that is no list or map, silently means: no parameters. [S main/lib/httprequest.php] */
export function readJson(text: string): Params {
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
