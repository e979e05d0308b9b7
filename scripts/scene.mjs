// The practice scene: Node-RED with the nodes of dist/, the demo flow, and the sandbox portal beside it.
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { startChild } from "./child.mjs";
import { languages } from "./examples.mjs";
import { inRoot, root } from "./run.mjs";

/** The demo's webhook credential is this variable, because the sandbox has another address at every start. */
const WEBHOOK_VARIABLE = "BITRIX24_SANDBOX_WEBHOOK";

/** What Node-RED says at every start, in the machine's language, without anybody being able to do something about it. */
const UNHELPFUL = /^.*editorTheme\.projects\.enabled=false.*\n/gm;

/** Node-RED 5 where the running Node can carry it, else 4.1. */
export function nodeRedPackage() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 9) ? "node-red-5" : "node-red";
}

function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The first port from `wanted` on that nobody listens on. */
export async function freePort(wanted) {
  for (let port = wanted; port < wanted + 100; port++) if (await canListen(port)) return port;
  throw new Error(`No free port between ${wanted} and ${wanted + 99}`);
}

/** The key that encrypts this folder's credentials, made at the first start. */
function credentialSecret(userDir) {
  const file = join(userDir, "credential-secret");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("hex"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

/** Encrypts as Node-RED itself stores credentials, so that they are never on disk in the clear. */
function encrypted(credentials, secret) {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-ctr", createHash("sha256").update(secret).digest(), iv);
  const text = cipher.update(JSON.stringify(credentials), "utf8", "base64") + cipher.final("base64");
  return { $: iv.toString("hex") + text };
}

function writeSettings(userDir, secret, scripts) {
  const settings = {
    uiHost: "127.0.0.1",
    flowFile: "flows.json",
    flowFilePretty: true,
    credentialSecret: secret,
    nodesDir: [root],
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false }, page: { title: "Bitrix24 Open Channels", scripts } },
    logging: { console: { level: "warn", metrics: false, audit: false } },
  };
  // Listening and running flows are told to the parent, in whichever order they come; without a parent there is no scene.
  const source = `// Written at every start of the practice scene; changes here do not last.
const settings = ${JSON.stringify(settings, null, 2)};
const open = new Set(["listening", "flows"]);
let port;
function done(what) {
  if (open.delete(what) && open.size === 0) process.send?.({ event: "ready", port });
}
Object.defineProperty(settings, "serverPort", {
  enumerable: true,
  get: () => port,
  set: (value) => {
    port = value;
    done("listening");
  },
});
require(process.env.NODE_RED_HOME).events.once("flows:started", () => done("flows"));
process.on("disconnect", () => process.exit());
module.exports = settings;
`;
  writeFileSync(join(userDir, "settings.js"), source, { mode: 0o600 });
}

/** The machine's language, for instance `en-US`. */
const machineLanguage = () => Intl.DateTimeFormat().resolvedOptions().locale;

/** The language among those that the examples were translated into: exactly that one, else a relative (`es-MX` reads `es-ES`). */
function nearest(language) {
  const family = (tag) => tag.split("-")[0];
  const offered = languages();
  return offered.find((one) => one === language) ?? offered.find((one) => family(one) === family(language));
}

const examplesFolder = (language) => inRoot("examples", nearest(language) ?? "");

/** What the terminal says about the scene, with words that the demo flow of that language hears. */
export function sceneTexts(language = machineLanguage()) {
  return JSON.parse(readFileSync(inRoot("scripts/locales", `${nearest(language) ?? "en-US"}.json`), "utf8"));
}

/** The stories of the first start, a tab each, as everybody can import them from the examples: the small one first. */
const STORIES = {
  first: { file: "01-first-answer.json", token: "first-bot-token-0" },
  large: { file: "05-support-bot.json", token: "sandbox-bot-token" },
};

const storyFlow = ({ file }, language) => JSON.parse(readFileSync(join(examplesFolder(language), file), "utf8"));

/** The flow of the first start. */
export const demoFlow = (language) => Object.values(STORIES).flatMap((story) => storyFlow(story, language));

const isPortal = (node) => node.type === "bitrix24-portal";

/**
 * The practice portal has the bots that the stories register: so they are in their open channels from the start, and again
 * after the portal has been reset. The token makes the portal find a bot, and is worth nothing anywhere else.
 */
function storyBot(story, language) {
  const { botCode, botName } = storyFlow(story, language).find(isPortal);
  return { code: botCode, name: botName, token: story.token };
}

/** Lays the demo flow into a fresh user folder; a folder that has flows keeps them. */
function layDemo(userDir, secret, language) {
  const flows = join(userDir, "flows.json");
  if (existsSync(flows)) return;
  const demo = demoFlow(language);
  const webhookUrl = `\${${WEBHOOK_VARIABLE}}`;
  const credentials = Object.fromEntries(
    Object.values(STORIES).map((story) => [
      storyFlow(story, language).find(isPortal).id,
      { webhookUrl, botToken: story.token },
    ]),
  );
  writeFileSync(flows, JSON.stringify(demo, null, 4));
  writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify(encrypted(credentials, secret)), { mode: 0o600 });
}

/** Starts the practice portal; resolves with `{ url, webhookUrl, stop, ended }`. */
export async function startPortal({ port = 8024, language = machineLanguage() } = {}) {
  const { channel, client, says } = sceneTexts(language).first;
  const scene = {
    bot: storyBot(STORIES.large, language),
    first: { bot: storyBot(STORIES.first, language), channel, client, says },
  };
  const child = await startChild(inRoot("scripts/sandbox-child.mjs"), [String(port), JSON.stringify(scene), language]);
  return { ...child, ...child.ready };
}

/**
 * Starts Node-RED beside a portal; resolves with `{ url, stop, ended }`. `scripts` are loaded into the editor's page.
 * @param {{ portal: { webhookUrl: string }, port?: number, scripts?: string[], userDir?: string, language?: string }} scene
 */
export async function startEditor({
  portal,
  port,
  scripts = [],
  userDir = inRoot(".node-red"),
  language = machineLanguage(),
}) {
  mkdirSync(userDir, { recursive: true });
  const secret = credentialSecret(userDir);
  writeSettings(userDir, secret, scripts);
  layDemo(userDir, secret, language);
  const child = await startChild(
    join(root, "node_modules", nodeRedPackage(), "red.js"),
    ["--userDir", userDir, "--port", String(port ?? (await freePort(1880)))],
    {
      env: { [WEBHOOK_VARIABLE]: portal.webhookUrl },
      print: (text) => process.stdout.write(text.replace(UNHELPFUL, "")),
    },
  );
  return { ...child, port: child.ready.port, url: `http://127.0.0.1:${child.ready.port}/` };
}
