// Runs the practice portal from dist/ for scripts/scene.mjs, on the wanted port or, when that is taken, on a free one.
// Arguments: the port, the bot of the sample lines as JSON, and the language: English where the portal does not speak it.
import { createRequire } from "node:module";

const { languageOf, startSandbox } = createRequire(import.meta.url)("../dist/sandbox/index.js");

const sampleBot = JSON.parse(process.argv[3] ?? "{}");
const language = languageOf(process.argv[4]) ?? "en";

async function start(port) {
  try {
    return await startSandbox({ port, sampleBot, language, requestLimit: "standard" });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE" || port === 0) throw error;
    return start(0);
  }
}

const sandbox = await start(Number(process.argv[2]));
const end = async () => {
  await sandbox.close();
  process.exit();
};
process.on("SIGTERM", () => void end());
process.on("disconnect", () => void end());
process.send?.({ event: "ready", url: sandbox.url, webhookUrl: sandbox.webhookUrl });
