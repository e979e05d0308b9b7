import { ofNode, type TextValues } from "../shared/text";

/** A text of the message panel. */
export const text = (key: string, values?: TextValues): string =>
  ofNode("bitrix24-send", `bitrix24-send.compose.${key}`, values);
