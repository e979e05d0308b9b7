/** The tags that the portal formats in chats. [D api-reference/chats/messages] */
const TAG = /\[(\/?)(b|i|u|s|url|size|color|code|user|chat|send|put|call|img)(?:=([^\]]*))?\]/gi;
const LINKS = new Set(["url", "user", "chat", "send", "put", "call", "img"]);
const ELEMENTS: Readonly<Record<string, "strong" | "em" | "u" | "s">> = { b: "strong", i: "em", u: "u", s: "s" };
const SMALLEST_SIZE = 8;
const LARGEST_SIZE = 30;

/** What a formatted text consists of, in order. Every `close` belongs to the latest `open`; some may stay open. */
export type Step =
  | { readonly kind: "words"; readonly words: string }
  | { readonly kind: "open"; readonly tag: string; readonly argument: string | undefined }
  | { readonly kind: "close" };

/** How a tag looks in the preview. */
export interface Look {
  readonly element: "strong" | "em" | "u" | "s" | "span";
  readonly className?: string;
  readonly title?: string;
  readonly color?: string;
  /** px */
  readonly fontSize?: number;
}

const withLineBreaks = (text: string): string => text.replace(/\[br\]|#BR#/gi, "\n");

/** Takes a formatted text apart. A closing tag that closes nothing is words, and so is everything inside of `code`. */
export function stepsOf(text: string): Step[] {
  const source = withLineBreaks(text);
  const steps: Step[] = [];
  const open: string[] = [];
  let from = 0;
  const say = (words: string): void => {
    if (words !== "") steps.push({ kind: "words", words });
  };
  for (const match of source.matchAll(TAG)) {
    const [whole, slash, name = "", argument] = match;
    const tag = name.toLowerCase();
    const isClosing = slash !== "";
    if (open.at(-1) === "code" && !(isClosing && tag === "code")) continue;
    say(source.slice(from, match.index));
    from = match.index + whole.length;
    if (!isClosing) {
      steps.push({ kind: "open", tag, argument });
      open.push(tag);
    } else if (open.at(-1) === tag) {
      steps.push({ kind: "close" });
      open.pop();
    } else say(whole);
  }
  say(source.slice(from));
  return steps;
}

/** How the preview shows a tag; what an argument holds reaches the page only where it is harmless. */
export function lookOf(tag: string, argument = ""): Look {
  const size = Number(argument);
  return {
    element: ELEMENTS[tag] ?? "span",
    ...(LINKS.has(tag) && { className: "b24-bb-link" }),
    ...(tag === "code" && { className: "b24-bb-code" }),
    ...(tag === "url" && argument !== "" && { title: argument }),
    ...(tag === "color" && /^#([\da-f]{3}|[\da-f]{6})$/i.test(argument) && { color: argument }),
    ...(tag === "size" && size >= SMALLEST_SIZE && size <= LARGEST_SIZE && { fontSize: size }),
  };
}

/** The text without its formatting, as channels outside of Bitrix24 get it; addresses stay readable. */
export function plain(text: string): string {
  return withLineBreaks(text)
    .replace(/\[url=([^\]]*)\]([\s\S]*?)\[\/url\]/gi, (_all, address: string, words: string) =>
      words.trim() === address.trim() ? address : `${words} (${address})`,
    )
    .replace(TAG, "");
}

/**
 * What takes the place of selected words that get a tag, and where the caret goes.
 * @param from where the selection begins, in characters from the beginning of the text
 * @returns the caret as such a position, too: behind the words, or where the address of a link belongs
 */
export function marked(words: string, tag: string, from: number): { text: string; caret: number } {
  const opening = tag === "url" ? "[url=https://]" : `[${tag}]`;
  const caret = tag === "url" ? from + opening.length - 1 : from + opening.length + words.length;
  return { text: `${opening}${words}[/${tag}]`, caret };
}

/** A saved text as it is typed: with real line breaks. */
export const asTyped = (saved: string): string => saved.replace(/\[br\]/gi, "\n");

/** A typed text as it is saved: on one line, with the portal's own mark for a break. */
export const asSaved = (typed: string): string => typed.replace(/\n/g, "[br]");
