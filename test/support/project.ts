import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import vm from "node:vm";
import { projectRoot } from "./node-red";

/** The languages that everything people read in the editor exists in. */
export const LANGUAGES = ["en-US", "ru", "de", "es-ES", "pt-BR"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Manifest {
  name: string;
  version: string;
  description: string;
  keywords: string[];
  license: string;
  repository: { url: string };
  bugs: { url: string };
  engines: { node: string };
  files: string[];
  bin: Record<string, string>;
  "node-red": { version: string; nodes: Record<string, string>; plugins: Record<string, string> };
  dependencies: Record<string, string>;
}

/** What the editor learns about a node type from its HTML. */
export interface Definition {
  category: string;
  color?: string;
  icon?: string;
  defaults: Record<string, { value: unknown; type?: string; validate?: (value: unknown, opt: unknown) => unknown }>;
  credentials?: Record<string, { type: string }>;
  inputs?: number;
  outputs?: number;
  outputLabels?: unknown;
}

export type FlowNode = Record<string, unknown> & { id: string; type: string };

/** A file of the project as text. */
export function readText(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}

export function manifest(): Manifest {
  return JSON.parse(readText("package.json")) as Manifest;
}

/** Paths of all files below a folder of the project; an empty list when the folder is missing. */
export function filesBelow(folder: string, ...endings: string[]): string[] {
  if (!existsSync(join(projectRoot, folder))) return [];
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (endings.length === 0 || endings.includes(extname(entry.name))))
    .map((entry) => join(entry.parentPath, entry.name).slice(projectRoot.length + 1))
    .sort();
}

/** Names of the node sets that the package offers, which are the names of their types as well. */
export function nodeSets(): string[] {
  return Object.keys(manifest()["node-red"].nodes);
}

/** Names of the editor plugins: scripts and looks that the dialogs share. */
export function plugins(): string[] {
  return Object.keys(manifest()["node-red"].plugins);
}

/** The scripts of an HTML file by the attributes of their tags. */
export function scriptsOf(html: string): { attributes: string; code: string }[] {
  return [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)].map((match) => ({
    attributes: match[1] ?? "",
    code: match[2] ?? "",
  }));
}

/** Runs a node's HTML as the editor does and returns what it registered. */
export function definitionOf(type: string): Definition {
  const registered = new Map<string, Definition>();
  const RED = {
    _: (key: string) => key,
    nodes: { registerType: (name: string, definition: Definition) => registered.set(name, definition) },
    validators: { number: () => () => true, regex: () => () => true, typedInput: () => () => true },
  };
  const scripts = scriptsOf(readText(`dist/nodes/${type}.html`)).filter(({ attributes }) =>
    /javascript/.test(attributes),
  );
  for (const { code } of scripts) vm.runInNewContext(code, { RED });
  const definition = registered.get(type);
  if (definition === undefined) throw new Error(`dist/nodes/${type}.html does not register ${type}`);
  return definition;
}

/** An example without its number, as the catalogues of texts name it. */
export const exampleName = (file: string): string => file.replace(/^\d+-/, "");

/** An example by its name without the number, which says what to try first. */
export function example(name: string, language?: Language): FlowNode[] {
  const found = [...examples(language)].find(([file]) => exampleName(file) === name);
  if (found === undefined) throw new Error(`There is no example ${name}`);
  return found[1];
}

/** The example flows in a language, by file name without ending. Those in other languages than English come with the build. */
export function examples(language: Language = "en-US"): Map<string, FlowNode[]> {
  const folder = language === "en-US" ? "examples" : `examples/${language}`;
  return new Map(
    filesBelow(folder, ".json")
      .filter((path) => dirname(path) === folder)
      .map((path) => [basename(path, ".json"), JSON.parse(readText(path)) as FlowNode[]]),
  );
}
