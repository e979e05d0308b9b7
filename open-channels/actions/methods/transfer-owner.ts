import type { JsonObject } from "../../../rest/envelope";
import { parseId } from "../../ids";
import type { Owner } from "../../owner";
import { named } from "./method";

/** A person becomes responsible at once; a line has to find somebody first. */
export function ownerAfterTransfer(params: JsonObject): Owner {
  const target = named(params, "TRANSFERID");
  return named(params, "USERID") !== undefined || parseId(target) !== null ? "human" : "waiting";
}
