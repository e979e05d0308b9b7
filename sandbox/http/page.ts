/** Serves the files of the practice page. */
import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";

const BESIDE = join(__dirname, "../page");
/** Where the sources run by themselves, the page is the one of the last build: browsers need its scripts as one file. */
const ROOT = existsSync(join(BESIDE, "page.js")) ? BESIDE : join(__dirname, "../../dist/sandbox/page");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** `/` is the page itself. Nothing outside the page's folder, no unknown types. */
export async function servePage(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
  const file = fileOf(pathname === "/" ? "/index.html" : pathname);
  const type = file === null ? undefined : TYPES[extname(file)];
  if ((request.method !== "GET" && request.method !== "HEAD") || file === null || type === undefined) {
    return notFound(response);
  }
  const size = await sizeOf(file);
  if (size === null) return notFound(response);
  response.writeHead(200, { "Content-Type": type, "Content-Length": size, "Cache-Control": "no-cache" });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

function fileOf(pathname: string): string | null {
  try {
    const path = join(ROOT, decodeURIComponent(pathname));
    return path.startsWith(ROOT + sep) && !path.includes("\0") ? path : null;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return null;
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    const entry = await stat(file);
    return entry.isFile() ? entry.size : null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return null;
  }
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
  response.end("Not found\n");
}
