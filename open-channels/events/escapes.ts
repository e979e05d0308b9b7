import { isUtf8 } from "node:buffer";

const PERCENT = 0x25;

/** Whether a percent sign is followed by anything but two hex digits. */
export const hasBrokenEscape = (words: string): boolean => /%(?![0-9A-Fa-f]{2})/.test(words);

/** Bytes behind `words`, each `%XX` one of them. Needs whole escapes: see `hasBrokenEscape`. */
function bytesOf(words: string): Buffer {
  const bytes = Buffer.from(words, "utf8");
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const isEscape = bytes[at] === PERCENT;
    bytes[length++] = isEscape ? digit(bytes[++at]) * 16 + digit(bytes[++at]) : (bytes[at] ?? 0);
  }
  return bytes.subarray(0, length);
}

/** The value of a hex digit by its ASCII code. */
const digit = (code = 0): number => (code < 0x40 ? code - 0x30 : (code | 0x20) - 0x57);

/**
 * Takes the escapes out of a text; bytes that are no UTF-8 become U+FFFD.
 * @param words with whole escapes only, see `hasBrokenEscape`
 */
export const unescapeLoosely = (words: string): string =>
  words.includes("%") ? bytesOf(words).toString("utf8") : words;

/**
 * Takes the escapes out of a text that another decoder has left as it came, because its bytes are no UTF-8. Such a text
 * looks as PHP writes it: nothing but unreserved letters and capital escapes. A text whose escapes are valid was written
 * with them, or it would have been decoded.
 */
export function repairEscapes(words: string): string {
  if (!words.includes("%") || /[^\w.~ %-]/.test(words) || /%(?![0-9A-F]{2})/.test(words)) return words;
  const bytes = bytesOf(words);
  return isUtf8(bytes) ? words : bytes.toString("utf8");
}
