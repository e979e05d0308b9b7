// `npm start`: the editor with the demo flow, and a portal to practise on. Needs no Bitrix24 account.
import { prepare } from "./prepare.mjs";

prepare();
const { build, isBuilt } = await import("./build.mjs");
const { nodeRedPackage, startEditor, startPortal } = await import("./scene.mjs");

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
  console.log(`
  Editor   ${editor.url}   (Node-RED ${nodeRedPackage() === "node-red-5" ? "5" : "4.1"})
  Portal   ${portal.url}/

  Try this:
   1. On the portal's page write as the client: "2", "sales" or "operator". The flow answers; after a quiet minute give it ten seconds.
   2. After "operator" answer on the right as the operator: the bot is silent until you have finished the dialog.
   3. In the editor change an answer, press Deploy, write again. Your flow is kept in .node-red/ for the next start.

  Ctrl+C ends both.
`);
  for (const child of running) void child.ended.then(() => end(1));
} catch (error) {
  if (ending === undefined) console.error(`Could not start: ${error.message}`);
  end(1);
}
