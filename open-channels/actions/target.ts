import { parseId } from "../ids";
import type { Found, Parsing, Reading } from "./reading";
import { asText } from "./values";

type TargetCode = "TRANSFER_ID_EMPTY" | "USER_ID_EMPTY" | "QUEUE_ID_EMPTY";

export type Target = { readonly USER_ID: number } | { readonly QUEUE_ID: number };

/**
 * Who or what the dialog goes to. The portal would follow the first of several targets, and an empty USER_ID would hide
 * a QUEUE_ID: both are mistakes here.
 * The setting `targetKind` is `user` or `line`; with anything else the value decides, where `queue5` is a line.
 * @throws CallError TRANSFER_ID_EMPTY, USER_ID_EMPTY, QUEUE_ID_EMPTY
 */
export function readTarget(reading: Reading, parsing: Parsing<TargetCode>): Target {
  const [found, ...others] = reading;
  if (!found || others.length > 0) throw parsing.refuse("TRANSFER_ID_EMPTY");
  const text = asText(found.value)?.trim() ?? "";
  const line = /^queue(.*)$/.exec(text)?.[1];
  if (kindOf(found, line !== undefined, parsing.settings["targetKind"]) === "user") {
    const userId = parseId(found.value);
    if (userId === null) throw parsing.refuse("USER_ID_EMPTY");
    return { USER_ID: userId };
  }
  const lineId = parseId(line ?? found.value);
  if (lineId === null) throw parsing.refuse("QUEUE_ID_EMPTY");
  return { QUEUE_ID: lineId };
}

/** The REST name decides, then how the value is written, then the node's own setting. */
function kindOf({ name }: Found, namesLine: boolean, targetKind: unknown): "user" | "line" {
  if (name === "USER_ID") return "user";
  if (name === "QUEUE_ID") return "line";
  if (name === "TRANSFER_ID") return namesLine ? "line" : "user";
  if (targetKind === "user" || targetKind === "line") return targetKind;
  return namesLine ? "line" : "user";
}
