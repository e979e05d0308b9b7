// `npm run dev`: the practice scene that follows the sources. A change is checked, built, and shown in the open page;
// what does not pass the type check is reported, and everything goes on as it was.
import { prepare } from "./prepare.mjs";

prepare();
const { existsSync, readdirSync, statSync, writeFileSync } = await import("node:fs");
const { createServer } = await import("node:http");
const { extname, join } = await import("node:path");
const { build, copyAssets, isBuilt } = await import("./build.mjs");
const { inRoot, messageOf } = await import("./run.mjs");
const { startEditor, startPortal } = await import("./scene.mjs");

const LOOK_MS = 400;
const FOLDERS = ["nodes", "editor", "locales", "open-channels", "rest", "sandbox", "icons"];

const pages = new Set();
let portal;
let editor;
let ending = false;

const say = (text) => console.log(`${new Date().toLocaleTimeString("en-GB")}  ${text}`);

/** A stream of reload events for the open pages of the editor. */
async function startReloader() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "access-control-allow-origin": "*" });
    response.write(":\n\n");
    pages.add(response);
    response.on("close", () => pages.delete(response));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const script = inRoot("node_modules/.cache/reload.js");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const source = `new EventSource("http://127.0.0.1:${port}/").onmessage = () => location.reload();\n`;
  writeFileSync(script, source);
  return script;
}

/** Brings a set of changed files to the screen. */
async function apply(files, script) {
  const onlyAssets = files.every((file) => extname(file) !== ".ts" && !file.startsWith("editor"));
  if (onlyAssets) copyAssets();
  else {
    const mistakes = await build();
    if (ending) return;
    if (mistakes !== undefined) {
      say(`Not built, the old version goes on:\n${mistakes}`);
      return;
    }
  }
  // Catalogues and icons are cached by the runtime, so that a restart is needed for them, too.
  await editor.stop();
  if (files.some((file) => file.startsWith("sandbox"))) {
    await portal.stop();
    portal = await startPortal();
  }
  editor = await startEditor({ portal, port: editor.port, scripts: [script] });
  for (const page of pages) page.write("data: reload\n\n");
  say(`${files.join(", ")} → ${editor.url}`);
}

/** Every source file with the time of its last change. */
function snapshot() {
  const files = new Map();
  for (const folder of FOLDERS.filter((name) => existsSync(inRoot(name)))) {
    for (const entry of readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" })) {
      const file = join(folder, entry);
      const stat = statSync(inRoot(file), { throwIfNoEntry: false });
      if (stat?.isFile() && extname(file) !== "") files.set(file, stat.mtimeMs);
    }
  }
  return files;
}

/** Files that are new, changed or gone. */
function differences(before, now) {
  const all = new Set([...before.keys(), ...now.keys()]);
  return [...all].filter((file) => before.get(file) !== now.get(file));
}

/**
 * Looks at the sources again and again, and applies one set of changes at a time. Looking costs a few milliseconds and
 * sees what notifications of the file system miss: files that an editor replaces as a whole.
 */
async function follow(script) {
  let applied = snapshot();
  let seen = applied;
  while (!ending) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = snapshot();
    const settled = differences(seen, now).length === 0;
    seen = now;
    const files = differences(applied, now);
    if (!settled || files.length === 0 || ending) continue;
    applied = now;
    try {
      await apply(files, script);
    } catch (error) {
      if (!ending) say(messageOf(error));
    }
  }
}

async function end(code) {
  if (ending) return;
  ending = true;
  await editor?.stop();
  await portal?.stop();
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end(0));

try {
  const mistakes = isBuilt() ? undefined : await build();
  if (mistakes !== undefined && !existsSync(inRoot("dist"))) throw new Error(mistakes);
  if (mistakes !== undefined) say(mistakes);
  const script = await startReloader();
  portal = await startPortal();
  editor = await startEditor({ portal, scripts: [script] });
  say(`Editor ${editor.url}   Portal ${portal.url}/   watching ${FOLDERS.join(", ")}`);
  await follow(script);
} catch (error) {
  console.error(`Could not start: ${messageOf(error)}`);
  await end(1);
}
