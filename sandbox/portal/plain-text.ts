/** What a messenger outside shows of the portal's markup: words, and addresses behind them. [S 11.3] */
import { isArray, phpString, type Params } from "./php";

const TOKEN = /\[(\/?)([a-z]+)(?:=([^\]\n]*))?\]|#BR#/gi;
const PAIRS = new Set(["b", "i", "u", "s", "size", "color", "user", "chat", "context", "put", "send", "call"]);
const MAX_DEPTH = 30;

interface Open {
  name: string;
  value: string;
  /** Where its inside begins in the output. */
  at: number;
}

/** Resolves markup into plain text. What is no known tag stays as it was written. */
export function plainText(text: string): string {
  return unquoted(text)
    .map((part) => (part.code ? part.text : withoutTags(part.text)))
    .join("")
    .trim();
}

/** Takes quote marks from the beginnings of lines; the inside of [code] stays as it is and loses only its tags. */
function unquoted(text: string): { code: boolean; text: string }[] {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\[code\]([\s\S]*?)\[\/code\]/i)
    .map((part, index) => {
      if (index % 2 === 1) return { code: true, text: part.trim() };
      return { code: false, text: part.replace(/^>>|^-{6,}[ \t]*(?:\n|$)/gm, "") };
    });
}

function withoutTags(text: string): string {
  const parts: string[] = [];
  const stack: Open[] = [];
  const endless = new Set<string>();
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index < at) continue;
    parts.push(text.slice(at, match.index));
    at = match.index + match[0].length;
    const [whole, slash, tag, value = ""] = match;
    const name = tag?.toLowerCase() ?? "br";
    const inside = slash ? null : verbatim(name, value, text, at, endless);
    if (inside !== null) {
      parts.push(inside.text);
      at = inside.end;
    } else if (slash) close(parts, stack, name, whole);
    else if (isPair(name, value) && stack.length < MAX_DEPTH) stack.push({ name, value, at: parts.length });
    else parts.push(whole);
  }
  parts.push(text.slice(at));
  return parts.join("");
}

/** Tags without an inside, and tags whose inside is an address. */
function verbatim(
  name: string,
  value: string,
  text: string,
  at: number,
  endless: Set<string>,
): { text: string; end: number } | null {
  if (name === "br") return { text: "\n", end: at };
  if (name === "disk") return { text: "", end: at };
  if (name === "icon") return { text: /\btitle=(.*?)(?:\s+\w+=|$)/.exec(value.slice(0, 300))?.[1] ?? "", end: at };
  if (name === "timestamp" && /^\d{1,11}$/.test(value)) return { text: dateText(Number(value)), end: at };
  if (name !== "img" && (name !== "url" || value !== "")) return null;
  // Looked for once only where there is none: the work stays in proportion to the text.
  const end = endless.has(name) ? -1 : indexOfEnd(text, name, at);
  if (end >= 0) return { text: text.slice(at, end).trim(), end: end + name.length + 3 };
  endless.add(name);
  return null;
}

function indexOfEnd(text: string, name: string, at: number): number {
  const end = new RegExp(`\\[/${name}\\]`, "gi");
  end.lastIndex = at;
  return end.exec(text)?.index ?? -1;
}

function dateText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

function isPair(name: string, value: string): boolean {
  return name === "url" ? isAddress(value) : PAIRS.has(name);
}

function isAddress(value: string): boolean {
  return /^(?:https?:\/\/|\/(?!\/))/i.test(value.trim());
}

/** A closing tag also closes what was left open inside; one without a beginning is text. */
function close(parts: string[], stack: Open[], name: string, whole: string): void {
  const index = stack.findLastIndex((open) => open.name === name);
  const open = stack[index];
  if (open === undefined) return void parts.push(whole);
  stack.length = index;
  if (name !== "url") return;
  const label = parts.slice(open.at).join("");
  parts.length = open.at;
  parts.push(label === open.value || label.trim() === "" ? open.value : `${label} (${open.value})`);
}

/** An attachment as lines of text. */
export function attachText(attach: unknown): string {
  const blocks = isArray(attach) && isArray(attach.BLOCKS) ? Object.values(attach.BLOCKS) : [];
  return blocks
    .filter(isArray)
    .flatMap(blockLines)
    .filter((line) => line !== "")
    .join("\n");
}

function blockLines(block: Params): string[] {
  const [[kind, content] = []] = Object.entries(block);
  if (kind === "MESSAGE") return [plainText(words(isArray(content) ? content.TEXT : content))];
  if (kind === "DELIMITER") return ["—"];
  return isArray(content) ? Object.values(content).filter(isArray).map(entryLine) : [];
}

function entryLine(entry: Params): string {
  const value = plainText(words(entry.VALUE) || words(entry.DESC));
  return [words(entry.NAME), value, words(entry.LINK)].filter((part) => part !== "").join(": ");
}

function words(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? phpString(value) : "";
}
