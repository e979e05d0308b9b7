// `npm start`: the editor with the demo flow, and a portal to practise on. Needs no Bitrix24 account.
import { prepare } from "./prepare.mjs";

prepare();
const { build, isBuilt } = await import("./build.mjs");
const { messageOf } = await import("./run.mjs");
const { nodeRedPackage, sceneTexts, startEditor, startPortal } = await import("./scene.mjs");

const running = [];
let ending;

/** Ends Node-RED first, so that its last calls still find the portal. */
function end(code) {
  ending ??= (async () => {
    for (const child of running.reverse()) await child.stop();
    process.exit(code);
  })();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(0));

try {
  if (!isBuilt()) {
    console.log("Building …");
    const mistakes = await build();
    if (mistakes !== undefined) throw new Error(mistakes);
  }
  const portal = await startPortal();
  running.push(portal);
  const editor = await startEditor({ portal });
  running.push(editor);
  const texts = sceneTexts();
  const column = Math.max(texts.editor.length, texts.portal.length) + 3;
  console.log(`
  ${texts.editor.padEnd(column)}${editor.url}   (Node-RED ${nodeRedPackage() === "node-red-5" ? "5" : "4.1"})
  ${texts.portal.padEnd(column)}${portal.url}/

  ${texts.tryThis}
${texts.steps.map((step, at) => `   ${at + 1}. ${step}`).join("\n")}

  ${texts.stop}
`);
  for (const child of running) void child.ended.then(() => end(1));
} catch (error) {
  if (ending === undefined) console.error(`Could not start: ${messageOf(error)}`);
  end(1);
}
