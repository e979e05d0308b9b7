// Runs the practice portal from dist/ for scripts/scene.mjs, on the wanted port or, when that is taken, on a free one.
// Arguments: the port, what the scene adds to the portal as JSON, and the language: English where the portal does not
// speak it.
import { createRequire } from "node:module";

const { languageOf, startSandbox } = createRequire(import.meta.url)("../dist/sandbox/index.js");

const { bot: sampleBot, first } = JSON.parse(process.argv[3] ?? "{}");
const language = languageOf(process.argv[4]) ?? "en";

async function start(port) {
  try {
    return await startSandbox({ port, sampleBot, language, requestLimit: "standard" });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE" || port === 0) throw error;
    return start(0);
  }
}

/** Puts the first story's bot into an open channel of its own, where a client has written to it. */
async function addFirstStory({ control, webhookUrl }) {
  const { bot, channel, client, says } = first;
  const { code, name, token: botToken } = bot;
  const fields = { code, botToken, type: "openline", eventMode: "fetch", properties: { name } };
  const answer = await fetch(`${webhookUrl}imbot.v2.Bot.register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ fields }),
  });
  if (!answer.ok) throw new Error(`The first story's bot: ${answer.status} ${await answer.text()}`);
  const { bots, operators } = control.state();
  const { id } = bots.find((one) => one.code === code);
  const line = control.addLine({ name: channel, bot: id, queue: operators.slice(0, 1).map((person) => person.id) });
  control.clientWrites({ line, client, text: says });
}

const sandbox = await start(Number(process.argv[2]));
await addFirstStory(sandbox);
sandbox.control.on(({ kind }) => {
  if (kind === "reset") void addFirstStory(sandbox);
});
const end = async () => {
  await sandbox.close();
  process.exit();
};
process.on("SIGTERM", () => void end());
process.on("disconnect", () => void end());
process.send?.({ event: "ready", url: sandbox.url, webhookUrl: sandbox.webhookUrl });
