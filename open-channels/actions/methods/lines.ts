import { method } from "./method";

/** Lines and their settings. [D api-reference/imopenlines/openlines] */
export const METHODS = [
  method({ name: "imopenlines.revision.get", params: {}, errors: [], reads: true }),
  method({
    name: "imopenlines.config.get",
    params: { CONFIG_ID: "num*", WITH_QUEUE: "yn", SHOW_OFFLINE: "yn" },
    errors: ["CONFIG_ID_EMPTY"],
    reads: true,
  }),
  method({
    name: "imopenlines.config.list.get",
    params: { PARAMS: "json", OPTIONS: "json" },
    errors: ["INVALID_FORMAT"],
    reads: true,
  }),
  method({ name: "imopenlines.config.add", params: { PARAMS: "json" }, errors: [] }),
  method({
    name: "imopenlines.config.update",
    params: { CONFIG_ID: "num*", PARAMS: "json*" },
    errors: ["CONFIG_ID_EMPTY", "CONFIG_WRONG_USER_PERMISSION"],
  }),
  method({
    name: "imopenlines.config.delete",
    params: { CONFIG_ID: "num*" },
    errors: ["CONFIG_ID_EMPTY", "CONFIG_WRONG_USER_PERMISSION"],
  }),
  method({ name: "imopenlines.config.path.get", params: {}, errors: [], reads: true }),
] as const;
