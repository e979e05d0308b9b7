import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../support/node-red";
import { NAMESPACE } from "../support/words";

/** Prints what the texts of a running Node-RED say for several counts; Node-RED has one language for the whole process. */
const SCRIPT = `
const [i18n, folder, namespace, language, key] = process.argv.slice(1);
const words = require(i18n);
void (async () => {
  words.init({ lang: language });
  await words.registerMessageCatalog(namespace, folder, "bitrix24-portal.json");
  console.log(JSON.stringify([1, 2, 5, 21].map((count) => words._(namespace + ":" + key, { count }))));
})();
`;

async function said(nodeRed: string, language: string, key: string): Promise<string[]> {
  const found = createRequire(join(projectRoot, "node_modules", nodeRed, "package.json")).resolve("@node-red/util");
  const args = [join(found, "../lib/i18n.js"), join(projectRoot, "dist/nodes/locales"), `${NAMESPACE}bitrix24-portal`];
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", SCRIPT, ...args, language, key]);
  return JSON.parse(stdout) as string[];
}

describe("a text with a count", () => {
  const expected: Record<string, string[]> = {
    "en-US": ["1 open channel", "2 open channels", "5 open channels", "21 open channels"],
    de: ["1 Kanal", "2 Kanäle", "5 Kanäle", "21 Kanäle"],
    "es-ES": ["1 canal abierto", "2 canales abiertos", "5 canales abiertos", "21 canales abiertos"],
    "pt-BR": ["1 canal aberto", "2 canais abertos", "5 canais abertos", "21 canais abertos"],
    ru: ["1 линия", "2 линии", "5 линий", "21 линия"],
  };

  for (const nodeRed of ["node-red", "node-red-5"])
    for (const [language, texts] of Object.entries(expected))
      it(`has the right plural form in ${nodeRed}: ${language}`, async () => {
        assert.deepEqual(await said(nodeRed, language, "portal.lines.state"), texts);
      });
});
