// `npm run dev`: the practice scene that follows the sources. A change is checked, built, and shown in the open page;
// what does not pass the type check is reported, and everything goes on as it was.
import { prepare } from "./prepare.mjs";

prepare();
const { existsSync, watch, writeFileSync } = await import("node:fs");
const { createServer } = await import("node:http");
const { extname } = await import("node:path");
const { build, copyAssets, isBuilt } = await import("./build.mjs");
const { inRoot } = await import("./run.mjs");
const { startEditor, startPortal } = await import("./scene.mjs");

const SETTLE_MS = 150;
const FOLDERS = ["nodes", "open-channels", "rest", "sandbox", "icons"];

const pages = new Set();
let portal;
let editor;
let ending = false;

const say = (text) => console.log(`${new Date().toLocaleTimeString("en-GB")}  ${text}`);

/** A stream of reload events for the open pages of the editor. */
async function startReloader() {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "access-control-allow-origin": "*" });
    response.write(":\n\n");
    pages.add(response);
    response.on("close", () => pages.delete(response));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const script = inRoot("node_modules/.cache/reload.js");
  const source = `new EventSource("http://127.0.0.1:${server.address().port}/").onmessage = () => location.reload();\n`;
  writeFileSync(script, source);
  return script;
}

/** Brings a set of changed files to the screen. */
async function apply(files, script) {
  const onlyAssets = files.every((file) => extname(file) !== ".ts");
  if (onlyAssets) copyAssets();
  else {
    const mistakes = await build();
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

/** Collects changes until they settle, and applies one set at a time. */
function follow(script) {
  const changed = new Set();
  let timer;
  let busy = false;
  const flush = async () => {
    if (busy || ending || changed.size === 0) return;
    busy = true;
    const files = [...changed];
    changed.clear();
    try {
      await apply(files, script);
    } catch (error) {
      say(error.message);
    }
    busy = false;
    await flush();
  };
  for (const folder of FOLDERS.filter((name) => existsSync(inRoot(name)))) {
    watch(inRoot(folder), { recursive: true }, (_event, file) => {
      if (file === null || extname(file) === "" || file.endsWith("~")) return;
      changed.add(`${folder}/${file}`);
      clearTimeout(timer);
      timer = setTimeout(flush, SETTLE_MS);
    });
  }
}

async function end(code) {
  if (ending) return;
  ending = true;
  await editor?.stop();
  await portal?.stop();
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(0));

try {
  const mistakes = isBuilt() ? undefined : await build();
  if (mistakes !== undefined && !existsSync(inRoot("dist"))) throw new Error(mistakes);
  if (mistakes !== undefined) say(mistakes);
  const script = await startReloader();
  portal = await startPortal();
  editor = await startEditor({ portal, scripts: [script] });
  follow(script);
  say(`Editor ${editor.url}   Portal ${portal.url}/   watching ${FOLDERS.join(", ")}`);
} catch (error) {
  console.error(`Could not start: ${error.message}`);
  await end(1);
}
