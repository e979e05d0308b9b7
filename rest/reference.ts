/** What the scan needs of a text; a string is one. */
export interface Characters {
  readonly length: number;
  charCodeAt(at: number): number;
}

const WORDS = ["result", "next", "total", "time", "error"] as const;
const DOLLAR = 0x24;
const OPENS = 0x5b;
const CLOSES = 0x5d;
/** Makes a capital letter of ASCII a small one; no other sign becomes a letter of the words. */
const SMALL = 0x20;

/** Only these end a reference: the portal matches bytes and knows no other spaces. */
const isSpace = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);

/**
 * Whether the portal would put another command's result into `text`, which nothing can escape: a client's words would be
 * rewritten. That is a dollar sign with one of five words in any case, then in the same run without a space of ASCII an
 * opening bracket that has at least one character before the next closing one:
 * `\$(result|next|total|time|error)[^ \t\n\v\f\r]*\[[^\]]+\]`. One way through the text and a short one back.
 * [S rest/classes/general/rest_util.php]
 */
export function holdsReference(text: Characters): boolean {
  let last = text.length - 1;
  while (last >= 0 && text.charCodeAt(last) !== CLOSES) last--;
  let begun = false;
  // An opening bracket needs two characters behind it, the second of them at the last closing bracket or before it.
  for (let at = 0; at + 2 <= last; at++) {
    const unit = text.charCodeAt(at);
    if (isSpace(unit)) begun = false;
    else if (unit === DOLLAR) begun ||= startsWord(text, at + 1);
    else if (unit === OPENS && begun && text.charCodeAt(at + 1) !== CLOSES) return true;
  }
  return false;
}

function startsWord(text: Characters, from: number): boolean {
  return WORDS.some((word) => {
    for (let at = 0; at < word.length; at++)
      if ((text.charCodeAt(from + at) | SMALL) !== word.charCodeAt(at)) return false;
    return true;
  });
}
