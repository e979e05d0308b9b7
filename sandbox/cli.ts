#!/usr/bin/env node
/** The command `bitrix24-sandbox`: a practice portal until Ctrl+C. */
import { parseArgs } from "node:util";
import { languageOf, LANGUAGES, SAMPLE_BOT, startSandbox, type Language } from "./index";

const HELP = `Usage: bitrix24-sandbox [options]

A practice portal that answers like Bitrix24, in memory.

  --port <n>        port to listen on (default 8024, 0 = any free one)
  --host <name>     address to listen on (default 127.0.0.1)
  --secret <text>   secret of the webhook (default: a new one each time)
  --language <tag>  ${LANGUAGES.join(", ")}: of the sample's people, open
                    channels and texts and of the portal's remarks
                    (default: this machine's)
  --blank           no sample open channels, operators, bot and conversation
  --strict-limits   refuse what is above 50 requests and 2 a second
  --help            this text
`;

const DEFAULT_PORT = "8024";

/** The machine's own language is taken where it is spoken here; a wanted one must be. */
function language(wanted: string | undefined): Language {
  const known = languageOf(wanted ?? Intl.DateTimeFormat().resolvedOptions().locale);
  if (wanted !== undefined && known === undefined)
    throw new Error(`Not spoken here: ${wanted} (${LANGUAGES.join(", ")})`);
  return known ?? "en";
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: DEFAULT_PORT },
      host: { type: "string", default: "127.0.0.1" },
      secret: { type: "string" },
      language: { type: "string" },
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
    language: language(values.language),
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
