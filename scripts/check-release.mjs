// Says whether a tag may be released: `npm run check:release -- v1.2.3`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inRoot } from "./run.mjs";

/**
 * What speaks against a release; empty when nothing does.
 * @param {string} tag for instance `v1.2.3`
 * @param {string} version of package.json
 * @param {string} changelog text of CHANGELOG.md
 * @returns {string[]}
 */
export function mistakesOf(tag, version, changelog) {
  const mistakes = [];
  if (tag !== `v${version}`) mistakes.push(`The tag is ${tag || "missing"}, package.json has version ${version}.`);
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => headingVersion(line) === version);
  if (start < 0) return [...mistakes, `CHANGELOG.md has no entry for ${version}.`];
  if (/unreleased/i.test(lines[start] ?? "")) mistakes.push(`CHANGELOG.md calls ${version} unreleased.`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("## "));
  const entry = end < 0 ? rest : rest.slice(0, end);
  if (entry.every((line) => line.trim() === "")) mistakes.push(`The entry for ${version} in CHANGELOG.md is empty.`);
  return mistakes;
}

/**
 * The version that a heading of the second level names first.
 * @param {string} line
 */
const headingVersion = (line) => /^## \[?v?(\d+\.\d+\.\d+(?:-[\w.]+)?)\b/.exec(line)?.[1];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  const mistakes = mistakesOf(process.argv[2] ?? "", version, readFileSync(inRoot("CHANGELOG.md"), "utf8"));
  for (const mistake of mistakes) console.error(mistake);
  process.exitCode = mistakes.length === 0 ? 0 : 1;
}
