#!/usr/bin/env node
/** The command `bitrix24-sandbox`: a practice portal until Ctrl+C. */
import { parseArgs } from "node:util";
import { SAMPLE_BOT, startSandbox } from "./index";

const HELP = `Usage: bitrix24-sandbox [options]

A practice portal that answers like Bitrix24, in memory.

  --port <n>        port to listen on (default 8024, 0 = any free one)
  --host <name>     address to listen on (default 127.0.0.1)
  --secret <text>   secret of the webhook (default: a new one each time)
  --blank           no sample lines, operators, bot and dialog
  --strict-limits   refuse what is above 50 requests and 2 a second
  --help            this text
`;

const DEFAULT_PORT = "8024";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: DEFAULT_PORT },
      host: { type: "string", default: "127.0.0.1" },
      secret: { type: "string" },
      blank: { type: "boolean", default: false },
      "strict-limits": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`Not a port: ${values.port}`);
  const sandbox = await startSandbox({
    port,
    host: values.host,
    blank: values.blank,
    requestLimit: values["strict-limits"] ? "standard" : "off",
    ...(values.secret === undefined ? {} : { secret: values.secret }),
  });
  const bot = values.blank ? "" : `Bot       code ${SAMPLE_BOT.code}, token ${SAMPLE_BOT.token}\n`;
  process.stdout.write(`Webhook   ${sandbox.webhookUrl}\nPage      ${sandbox.url}/\n${bot}Ctrl+C ends it.\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`bitrix24-sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
