import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { factsOf } from "../../open-channels/actions/facts";
import { knownMethods } from "../../open-channels/actions/methods/known";
import type { Operation } from "../../open-channels/actions/operation";

const FOLDER = join(__dirname, "../../open-channels/actions");

/** All actions, found by the files of their declarations. What they know of their methods is known from here on. */
export const OPERATIONS: readonly Operation[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => {
    const name = file.replace(/\.ts$/, "");
    const module = createRequire(__filename)(join(FOLDER, file)) as Record<string, Operation | undefined>;
    const operation = module[`${name}Operation`];
    return operation === undefined ? [] : [operation];
  });

/** What the build gives to the editor. */
export const declared = (): object => ({ actions: OPERATIONS.map(factsOf), methods: knownMethods() });
