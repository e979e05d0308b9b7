// Runs the practice portal from dist/ for scripts/scene.mjs, on the wanted port or, when that is taken, on a free one.
import { createRequire } from "node:module";

const { startSandbox } = createRequire(import.meta.url)("../dist/sandbox/index.js");

async function start(port) {
  try {
    return await startSandbox({ port, requestLimit: "standard" });
  } catch (error) {
    if (error.code !== "EADDRINUSE" || port === 0) throw error;
    return start(0);
  }
}

const sandbox = await start(Number(process.argv[2]));
const end = async () => {
  await sandbox.close();
  process.exit();
};
process.on("SIGTERM", end);
process.on("disconnect", end);
const [, otherLine] = sandbox.control.state().lines;
process.send({
  event: "ready",
  url: sandbox.url,
  webhookUrl: sandbox.webhookUrl,
  sample: {
    chat: sandbox.control.chats()[0].id,
    operator: otherLine.queue[0],
    line: otherLine.id,
    bot: sandbox.control.state().bots[0].id,
  },
});
