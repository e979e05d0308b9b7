// What the actions declare, out of the compiled declarations: they are found by being in their folder.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Loads the declarations of a build.
 * @param folder of the build
 * @returns `operations`, `methods` in the order in which people see them, and `errorsOf(operation, saved)`
 */
export function declarations(folder) {
  const at = (...parts) => join(folder, "open-channels/actions", ...parts);
  // The same folder may have been built anew.
  for (const file of Object.keys(require.cache)) if (file.startsWith(at())) delete require.cache[file];
  const operations = readdirSync(at())
    .filter((file) => file.endsWith(".js"))
    .sort()
    .flatMap((file) => require(at(file))[`${file.replace(/\.js$/, "")}Operation`] ?? []);
  const { findMethod, knownMethods } = require(at("methods/known.js"));
  const { errorsOf } = require(at("errors.js"));
  const { factsOf } = require(at("facts.js"));
  return {
    operations,
    methods: knownMethods(),
    errorsOf: (operation, saved) => errorsOf(operation, saved, findMethod),
    factsOf,
  };
}

/** What the dialogs know of actions and methods: data, no code. */
export function editorData(folder) {
  const { operations, methods, factsOf } = declarations(folder);
  return {
    actions: operations.map(factsOf),
    methods: methods.map(({ name, params, errors }) => ({ name, params, errors })),
  };
}
