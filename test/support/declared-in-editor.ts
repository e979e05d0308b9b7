// Loaded before every test file: modules of the editor find the declarations here, as the build gives them.
import { createRequire } from "node:module";

let declared: object | undefined;

Object.defineProperty(globalThis, "DECLARED", {
  configurable: true,
  get: () => {
    // Few tests need them, and loading them takes a moment.
    const load = createRequire(__filename);
    declared ??= (load("./declarations") as typeof import("./declarations")).declared();
    return declared;
  },
});
