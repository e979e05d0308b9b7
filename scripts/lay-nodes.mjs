// Lays the nodes out as Node-RED wants them: a script and a form of the same name side by side.
import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./run.mjs";
import { nodeNames } from "./words.mjs";

/** Which node every flow has: with it all declarations are loaded, so that what they know of methods is known. */
const EVERYWHERE = "portal";

const hasCode = (name) => existsSync(inRoot("nodes", name, "node.ts"));

/** The entry of a node that has code of its own, or of one that an action's declaration makes. */
function entryOf(name) {
  const declarations = nodeNames().filter((other) => name === EVERYWHERE && !hasCode(other));
  const load = declarations.map((other) => `require("../open-channels/actions/${other}");\n`).join("");
  if (hasCode(name)) return `${load}module.exports = require("./${name}/node").default;\n`;
  return [
    `const { actionNode } = require("./runtime/action");`,
    `const { ${name}Operation } = require("../open-channels/actions/${name}");`,
    `module.exports = actionNode(${name}Operation);\n`,
  ].join("\n");
}

/** Writes the entries and forms of all nodes into `folder`. */
export function layNodes(folder) {
  for (const name of nodeNames()) {
    writeFileSync(join(folder, `bitrix24-${name}.js`), `"use strict";\n${entryOf(name)}`);
    copyFileSync(inRoot("nodes", name, "form.html"), join(folder, `bitrix24-${name}.html`));
  }
}
