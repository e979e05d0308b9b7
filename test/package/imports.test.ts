import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import { builtinModules } from "node:module";
import { filesBelow, manifest, readText } from "../support/project";

/** What each part of the house may import from: own folders, and packages from outside. */
const ARROWS: Record<string, { folders: string[]; packages: string[] }> = {
  nodes: { folders: ["nodes", "open-channels", "rest"], packages: ["node-red"] },
  // Only what esbuild can bundle for a browser, so nothing that needs Node.js.
  editor: { folders: ["editor", "open-channels", "rest"], packages: [] },
  "open-channels": { folders: ["open-channels", "rest"], packages: ["qs"] },
  rest: { folders: ["rest"], packages: ["axios", "qs"] },
  sandbox: { folders: ["sandbox"], packages: [] },
};

/** The rooms of the sandbox, and which others each may import from; the files at its top may import from all. */
const ROOMS: Record<string, { from: string[]; typesFrom?: string[] }> = {
  http: { from: ["control", "rest", "portal"] },
  control: { from: ["rest", "portal"] },
  rest: { from: ["portal"] },
  portal: { from: [] },
  page: { from: [], typesFrom: ["control", "portal"] },
};

const HTTP_MODULES = ["http", "https", "http2", "net", "tls", "dgram"];

interface Import {
  file: string;
  specifier: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readText(file);
  const statements = /^\s*(?:import|export)\s+(type\s+)?(?:[^"'`;]*?\sfrom\s+)?["']([^"']+)["']/gm;
  const calls = /\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/g;
  return [
    ...[...text.matchAll(statements)].map((match) => ({
      file,
      specifier: match[2] ?? "",
      typeOnly: match[1] !== undefined,
    })),
    ...[...text.matchAll(calls)].map((match) => ({ file, specifier: match[1] ?? "", typeOnly: false })),
  ];
}

const isOwn = (specifier: string) => specifier.startsWith(".");
const isBuiltIn = (specifier: string) => specifier.startsWith("node:") || builtinModules.includes(specifier);
const builtInName = (specifier: string) => specifier.replace(/^node:/, "").split("/")[0] ?? "";
const packageName = (specifier: string) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
const folderOf = ({ file, specifier }: Import) => normalize(join(dirname(file), specifier)).split("/")[0] ?? "";
/** The second part of a path: the room of a file of the sandbox. */
const roomOf = (file: string) => file.split("/")[1] ?? "";
const tell = ({ file, specifier }: Import) => `${file} → ${specifier}`;

/** Everything that is written in a language with imports. */
const sources = (): string[] =>
  [...Object.keys(ARROWS), "test", "bench", "scripts"].flatMap((folder) => filesBelow(folder, ".ts", ".mjs", ".js"));

/** Each file with the project's files that it imports, types included. */
function graphOf(files: string[]): Map<string, string[]> {
  const known = new Set(files);
  const target = ({ file, specifier }: Import): string[] => {
    const path = normalize(join(dirname(file), specifier));
    return [path, `${path}.ts`, join(path, "index.ts")].filter((candidate) => known.has(candidate));
  };
  return new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(({ specifier }) => isOwn(specifier))
        .flatMap(target),
    ]),
  );
}

/** The ways that lead back to a file on them. */
function circlesIn(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const turn = way.indexOf(file);
    if (turn >= 0) found.push([...way.slice(turn), file].join(" → "));
    if (turn >= 0 || done.has(file)) return;
    way.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    way.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

describe("imports", () => {
  const all = new Map(Object.keys(ARROWS).map((part) => [part, filesBelow(part, ".ts").flatMap(importsOf)]));

  it("are seen at all in every part", () => {
    for (const [part, imports] of all) assert.ok(imports.length > 0, part);
  });

  it("run one way between the folders: nodes and editor → open-channels → rest, the sandbox apart", () => {
    for (const [part, imports] of all) {
      const against = imports.filter((one) => isOwn(one.specifier) && !ARROWS[part]?.folders.includes(folderOf(one)));
      assert.deepEqual(against.map(tell), []);
    }
  });

  it("run one way between the sandbox's rooms: http → control → rest → portal, only types into the page", () => {
    const target = ({ file, specifier }: Import) => normalize(join(dirname(file), specifier)).split("/");
    const inside = (all.get("sandbox") ?? []).filter(({ specifier }) => isOwn(specifier));
    const rooms = new Map(Object.keys(ROOMS).map((room) => [room, inside.filter(({ file }) => roomOf(file) === room)]));
    for (const [room, imports] of rooms) {
      assert.ok(imports.length > 0, room);
      const { from, typesFrom = [] } = ROOMS[room] ?? { from: [] };
      const allowed = (one: Import): boolean => {
        const [, to = "", ...rest] = target(one);
        if (rest.length > 0 && (to === room || from.includes(to))) return true;
        return one.typeOnly && typesFrom.includes(to);
      };
      assert.deepEqual(imports.filter((one) => !allowed(one)).map(tell), []);
    }
    const outside = inside.filter(({ file }) => !(roomOf(file) in ROOMS)).map(({ file }) => file);
    assert.deepEqual([...new Set(outside)].sort(), ["sandbox/cli.ts", "sandbox/index.ts"]);
  });

  it("leave sockets and files to the sandbox's outermost room", () => {
    const machine = [...HTTP_MODULES, "fs", "process", "child_process", "timers"];
    const used = (all.get("sandbox") ?? []).filter(
      ({ file, specifier }) =>
        !["http", "cli.ts", "index.ts"].includes(roomOf(file)) &&
        isBuiltIn(specifier) &&
        machine.includes(builtInName(specifier)),
    );
    // The portal's words are files that are read once.
    assert.deepEqual([...new Set(used.map(({ file }) => file))], ["sandbox/portal/words.ts"]);
  });

  it("never come back to the file that began, types included", () => {
    const files = sources();
    const graph = graphOf(files);
    const edges = [...graph.values()].flat().length;
    assert.ok(files.some((file) => file.startsWith("sandbox/page/")) && edges > files.length, `${edges} imports`);
    assert.deepEqual(circlesIn(graph), []);
    const knot = { "a.ts": ["b.ts"], "b.ts": ["c.ts", "d.ts"], "c.ts": ["d.ts"], "d.ts": ["b.ts"], "e.ts": ["e.ts"] };
    assert.deepEqual(circlesIn(new Map(Object.entries(knot))), ["b.ts → c.ts → d.ts → b.ts", "e.ts → e.ts"]);
  });

  it("take from outside only what each part is allowed to use", () => {
    for (const [part, imports] of all) {
      const foreign = imports.filter(({ specifier }) => !isOwn(specifier) && !isBuiltIn(specifier));
      assert.deepEqual(
        foreign.filter(({ specifier }) => !ARROWS[part]?.packages.includes(packageName(specifier))).map(tell),
        [],
      );
    }
  });

  it("use Node-RED as types alone: it is never a dependency", () => {
    const values = [...all.values()]
      .flat()
      .filter(({ specifier, typeOnly }) => /^(@node-red|node-red)(\/|$)/.test(specifier) && !typeOnly);
    assert.deepEqual(values.map(tell), []);
  });

  it("leave HTTP to the one door and to the sandbox's own server", () => {
    const outside = [...all]
      .filter(([part]) => part !== "rest" && part !== "sandbox")
      .flatMap(([, imports]) =>
        imports.filter(
          ({ specifier, typeOnly }) =>
            !typeOnly && isBuiltIn(specifier) && HTTP_MODULES.includes(builtInName(specifier)),
        ),
      );
    assert.deepEqual(outside.map(tell), []);
    const calls = ["nodes", "open-channels"]
      .flatMap((part) => filesBelow(part, ".ts"))
      .filter((file) => /\bfetch\(/.test(readText(file)));
    assert.deepEqual(calls, []);
  });

  it("of scripts that install need nothing that is not installed yet", () => {
    // Imports at the top of a module are found before its first line runs; those further down are found later.
    const early = (file: string): string[] =>
      [...readText(file).matchAll(/^import [^;]*?from "([^"]+)";/gm)].map(([, specifier = ""]) => specifier);
    const needsOf = (file: string, seen = new Set<string>()): string[] => {
      if (seen.has(file)) return [];
      seen.add(file);
      const own = early(file).filter(isOwn);
      const packages = early(file).filter((specifier) => !isOwn(specifier) && !isBuiltIn(specifier));
      return [...packages, ...own.flatMap((specifier) => needsOf(normalize(join(dirname(file), specifier)), seen))];
    };
    const begins = filesBelow("scripts", ".mjs").filter((file) => /^ *prepare\(\);/m.test(readText(file)));
    assert.ok(begins.includes("scripts/test.mjs") && begins.length >= 5, begins.join());
    for (const begin of begins) assert.deepEqual(needsOf(begin), [], begin);
  });

  it("use exactly the packages that package.json declares", () => {
    const used = new Set<string>();
    for (const { specifier } of [...all.values()].flat()) {
      if (!isOwn(specifier) && !isBuiltIn(specifier)) used.add(packageName(specifier));
    }
    used.delete("node-red");
    assert.deepEqual([...used].sort(), Object.keys(manifest().dependencies).sort());
  });
});
