import { ofNode, type TextValues } from "../shared/text";
import { isOld, type Method } from "./methods";

/** A text of the `call` node. */
export const text = (key: string, values?: TextValues): string =>
  ofNode("bitrix24-call", `bitrix24-call.${key}`, values);

/** What a method does, in a few words. */
export const titleOf = (method: Method): string =>
  text(`method.${method.name}`) + (isOld(method) ? ` · ${text("form.old")}` : "");
