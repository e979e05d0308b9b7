import { compileFunction } from "node:vm";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { build, type PluginBuild } from "esbuild";
import type { NodeAPI } from "node-red";
import { trampoline, type Inside, type Trampoline } from "./world/trampoline";
import type { Transport } from "../../rest/http";

/** What a process of the package needs of its world. */
export interface ProcessWorld extends Inside {
  readonly createTransport: () => Transport;
}

/** The package's code, ready to be begun as often as there are processes. */
export interface Subject {
  /** Gives each node type's module to Node-RED, as at the start of a new process. */
  begin(RED: NodeAPI, world: ProcessWorld): void;
}

/** What the bundle hands out. */
interface Package {
  readonly nodes: readonly ((RED: NodeAPI, environment?: object) => void)[];
  readonly environment: { readonly createEnvironment?: () => object };
}

interface Manifest {
  readonly "node-red": { readonly nodes: Readonly<Record<string, string>> };
}

type Body = (
  exports: object,
  require: (id: string) => unknown,
  module: { exports: object },
  ...globals: unknown[]
) => void;

const GLOBALS = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "Date",
  "performance",
  "process",
  "Math",
] as const;

/** Where versions that are given their world say what it is. */
const ENVIRONMENT = "nodes/runtime/environment.ts";

/** Types of which no simulated flow has a node; what they need is left out. */
const LEFT_OUT = new Set(["bitrix24-join"]);

/**
 * Reads the package in `root` once. Each process then gets only clocks, timers, randomness and disk of its world: whatever
 * the sources take from Node.js is handed in from here. Versions without an environment get module variables of their own.
 */
export async function loadSubject(root: string): Promise<Subject> {
  const folder = resolve(root);
  const nodes = Object.entries(readManifest(folder)["node-red"].nodes).filter(([type]) => !LEFT_OUT.has(type));
  const imports = nodes.map(([type, path], at) => importOf(folder, type, path, `n${at}`));
  const result = await build({
    stdin: {
      contents: [
        ...imports,
        existsSync(join(folder, ENVIRONMENT))
          ? `export * as environment from "./${ENVIRONMENT}";`
          : "export const environment = {};",
        `export const nodes = [${nodes.map((_, at) => `n${at}`).join()}];`,
      ].join("\n"),
      resolveDir: folder,
      loader: "ts",
    },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    packages: "external",
    keepNames: false,
    plugins: [{ name: "world", setup: takeTransport }],
  });
  const code = result.outputFiles[0]?.text ?? "";
  const body = compileFunction(code, ["exports", "require", "module", ...GLOBALS], {
    filename: join(folder, "simulated.cjs"),
  }) as unknown as Body;
  const realRequire = createRequire(join(folder, "package.json"));
  let shared: { readonly package: Package; readonly trampoline: Trampoline } | null = null;
  let transportOf = (): Transport => {
    throw new Error("no process is at work");
  };

  function evaluate(inside: Pick<Trampoline, "globals" | "fs" | "promises">): Package {
    const module = { exports: {} as Package };
    const require = requireIn(inside, () => transportOf(), realRequire);
    body(module.exports, require, module, ...GLOBALS.map((name) => inside.globals[name]));
    return module.exports;
  }

  return {
    begin(RED, world) {
      const trampolined = shared?.trampoline ?? trampoline(world);
      const code = shared?.package ?? evaluate(trampolined);
      const { createEnvironment } = code.environment;
      if (createEnvironment) {
        // Everything that a process knows is in its environment, so that the code can be used again while it is warm.
        shared = { package: code, trampoline: trampolined };
        world.life.enter = () => {
          trampolined.enter(world);
          transportOf = world.createTransport;
        };
      }
      world.life.enter();
      transportOf = world.createTransport;
      for (const register of code.nodes) register(RED, createEnvironment?.());
    },
  };
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** The source that makes a node type known as `name`: a module of its own, or the declaration of an action. */
function importOf(folder: string, type: string, built: string, name: string): string {
  const node = type.replace("bitrix24-", "");
  const own = join(folder, "nodes", node, "node.ts");
  if (existsSync(own)) return `import ${name} from ${JSON.stringify(own)};`;
  if (!existsSync(join(folder, "nodes", node)))
    return `import ${name} from ${JSON.stringify(sourceOf(folder, built))};`;
  return [
    `import { actionNode as make${name} } from "./nodes/runtime/action";`,
    `import { ${node}Operation } from "./open-channels/actions/${node}";`,
    `const ${name} = make${name}(${node}Operation);`,
  ].join("\n");
}

/** Earlier versions have a module for each node. */
function sourceOf(folder: string, built: string): string {
  const source = join(folder, built.replace(/^(\.\/)?dist\//, "").replace(/\.js$/, ".ts"));
  if (!existsSync(source)) throw new Error(`no source for ${built}`);
  return source;
}

/** Versions that make their own transport get the world's. */
const takeTransport = (plugin: PluginBuild): void => {
  plugin.onLoad({ filter: /[\\/]rest[\\/]http\.ts$/ }, ({ path }) => ({
    contents: readFileSync(path, "utf8").replace(
      /export function createTransport\(/,
      'export const createTransport = (): Transport => require("simulated:world").createTransport();\nfunction realTransport(',
    ),
    loader: "ts",
  }));
};

function requireIn(
  { globals, fs, promises }: Pick<Trampoline, "globals" | "fs" | "promises">,
  createTransport: () => Transport,
  realRequire: NodeJS.Require,
): (id: string) => unknown {
  return (id) => {
    switch (id.replace(/^node:/, "")) {
      case "simulated:world":
        return { createTransport };
      case "fs":
        return fs;
      case "fs/promises":
        return promises;
      case "crypto":
        return globals.crypto;
      case "timers/promises":
        return globals.timersPromises;
      default:
        return realRequire(id) as unknown;
    }
  };
}
