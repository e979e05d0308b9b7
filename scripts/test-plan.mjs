// Which test files a run consists of, and which of them share a process.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot } from "./run.mjs";

/**
 * @typedef {object} Folder one row of test/folders.json
 * @property {string} folder counts for what is below it, unless another row is nearer
 * @property {boolean} quick whether `npm test` runs it; what is below a folder named `long` it never does
 * @property {boolean} bothLines whether it runs on both Node-RED lines
 * @property {boolean} covered whether its runs are measured for the coverage thresholds
 * @property {number} together so many files share a process, which saves its start
 */
/**
 * @typedef {object} Bundle files that run in one process, one after the other
 * @property {string[]} files
 * @property {Folder} row
 */

/** How long each file took the last time, in seconds, so that the longest can begin first. */
const TIMES = inRoot("node_modules/.cache/test-times.json");
/** What is assumed of a file that has not run here yet. */
const UNKNOWN_SECONDS = 10;

/** @returns {Folder[]} */
export const folders = () => JSON.parse(readFileSync(inRoot("test/folders.json"), "utf8"));

/**
 * Test files below the given paths, which are files or folders.
 * @param {string[]} paths
 */
export function testFiles(paths) {
  return paths.flatMap((path) => {
    if (!existsSync(inRoot(path))) throw new Error(`No such test: ${path}`);
    if (statSync(inRoot(path)).isFile()) return [path];
    const below = readdirSync(inRoot(path), { recursive: true, encoding: "utf8" });
    return below
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => join(path, file).replaceAll("\\", "/"))
      .sort();
  });
}

/**
 * The row that counts for a file: the nearest one.
 * @param {Folder[]} rows
 * @param {string} file
 */
export function rowOf(rows, file) {
  const [nearest] = rows
    .filter(({ folder }) => file.startsWith(`${folder}/`))
    .sort((one, other) => other.folder.length - one.folder.length);
  if (nearest === undefined) throw new Error(`test/folders.json has no row for ${file}`);
  return nearest;
}

/** @param {string} file */
export const isLong = (file) => dirname(file).split("/").includes("long");

/** @returns {Record<string, number>} */
function knownTimes() {
  return existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, "utf8")) : {};
}

/** @param {Bundle} bundle */
const bundleName = ({ files, row }) =>
  files.length === 1 ? String(files[0]) : `${row.folder} ${files[0]?.slice(row.folder.length + 1)} …`;

/**
 * Puts files into bundles, those that take longest first.
 * @param {string[]} files
 * @param {Folder[]} rows
 * @returns {(Bundle & { name: string })[]}
 */
export function bundles(files, rows) {
  const times = knownTimes();
  /** @type {Map<Folder, string[]>} */
  const byRow = new Map();
  for (const file of files) {
    const row = rowOf(rows, file);
    byRow.set(row, [...(byRow.get(row) ?? []), file]);
  }
  /** @param {string[]} list */
  const seconds = (list) =>
    list.reduce((sum, file) => sum + (times[file] ?? UNKNOWN_SECONDS / rowOf(rows, file).together), 0);
  return [...byRow]
    .flatMap(([row, list]) => spread(list, Math.ceil(list.length / row.together)).map((part) => ({ files: part, row })))
    .map((bundle) => ({ ...bundle, name: bundleName(bundle) }))
    .sort((one, other) => seconds(other.files) - seconds(one.files));
}

/**
 * Deals files out like cards, so that neighbours, which often take equally long, do not end up together.
 * @param {string[]} files
 * @param {number} count
 */
function spread(files, count) {
  return Array.from({ length: count }, (_, at) => files.filter((_file, place) => place % count === at));
}

/**
 * Remembers how long bundles took; files share the time of theirs evenly.
 * @param {{ files: string[], seconds: number }[]} measured
 */
export function rememberTimes(measured) {
  const times = knownTimes();
  for (const { files, seconds } of measured) for (const file of files) times[file] = seconds / files.length;
  mkdirSync(dirname(TIMES), { recursive: true });
  writeFileSync(TIMES, JSON.stringify(times));
}
