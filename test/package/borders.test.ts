import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { projectRoot } from "../support/node-red";
import { filesBelow, readText } from "../support/project";

const FOLDERS = [
  "nodes",
  "editor",
  "open-channels",
  "rest",
  "sandbox",
  "examples",
  "test",
  "bench",
  "docs",
  "scripts",
  "icons",
];
const ROOT_FILES = ["package.json", "README.md", "README.ru.md", "CONTRIBUTING.md", "CHANGELOG.md", ".ci/run"];
const TEXT = [".ts", ".mjs", ".html", ".json", ".md", ".svg", ".css", ".js"];

const inside = (path: string) => (resolve(projectRoot, path) + sep).startsWith(projectRoot + sep);

describe("the borders of the project", () => {
  const files = [...FOLDERS.flatMap((folder) => filesBelow(folder, ...TEXT)), ...ROOT_FILES];

  it("are not crossed by a relative path", () => {
    const crossing = files.flatMap((file) =>
      [...readText(file).matchAll(/["'`(]((?:\.\.\/)+[^"'`)\s]*)/g)]
        .map((match) => match[1] ?? "")
        // Paths in code are meant from the file, or, in the page and the dialogs, from the address they are served at.
        .filter((path) => !file.endsWith(".html") && !inside(join(dirname(file), path)))
        .map((path) => `${file}: ${path}`),
    );
    assert.deepEqual(crossing, []);
  });

  it("are not crossed by a path of somebody's machine", () => {
    const machine = /["'`(\s](?:\/(?:home|Users|root|work|mnt|srv)\/|[A-Z]:\\\\?(?:Users|work)\\)/;
    const own = "test/package/borders.test.ts";
    assert.deepEqual(
      files.filter((file) => file !== own && machine.test(readText(file))),
      [],
    );
  });

  it("hold everything that the documents point to", () => {
    const broken = files
      .filter((file) => file.endsWith(".md"))
      .flatMap((file) =>
        [...readText(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)|<img[^>]+src="([^"]+)"/g)]
          .map((match) => match[1] ?? match[2] ?? "")
          .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(projectRoot, dirname(file), link)))
          .map((link) => `${file}: ${link}`),
      );
    assert.deepEqual(broken, []);
  });
});
