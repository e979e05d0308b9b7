/**
 * The portal's message markup (BB code) as a tree of pieces: tags that are known become pieces, everything else stays
 * text. [S 11.3]
 */
import { safeAddress } from "../dom/addresses";

const MAX_DEPTH = 30;
const MAX_ICON = 300;
const SMALLEST_PX = 8;
const LARGEST_PX = 30;
const TOKEN = /\[(\/?)([a-z]+)(?:=([^\]\n]*))?\]|#BR#|\n/gi;
const ADDRESS = /https?:\/\/[^\s<>"'\]]+[^\s<>"'\].,;:!?)]/gi;

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "code"; text: string }
  /** A moment, in milliseconds. */
  | { kind: "time"; at: number }
  | Group;

/** A piece that holds others. */
export type Group = { pieces: Piece[] } & (
  | { kind: "quote" | "mention" | "plain" }
  | { kind: "style"; style: "b" | "i" | "u" | "s" }
  /** Null: what was asked for is none. */
  | { kind: "size"; px: number | null }
  | { kind: "color"; color: string | null }
  | { kind: "link"; address: string }
);

const MENTIONS = new Set(["user", "chat", "context", "put", "send", "call"]);

/** Reads a message's text. */
export function parse(text: string): Piece[] {
  return quotes(text).flatMap((part): Piece[] => {
    const pieces = inline(part.text);
    return part.quote ? [{ kind: "quote", pieces }] : pieces;
  });
}

/** A plain text with its web addresses as links. */
export function linked(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0];
    pieces.push(...words(text.slice(at, match.index)), { kind: "link", address, pieces: words(address) });
    at = match.index + address.length;
  }
  return [...pieces, ...words(text.slice(at))];
}

function words(text: string): Piece[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

/**
 * The same as plain text, as messengers outside get it: markup gone, addresses behind their words. `clock` writes times.
 */
export function plain(text: string, clock: (at: number) => string): string {
  return flatten(parse(text), clock).trim();
}

function flatten(pieces: Piece[], clock: (at: number) => string): string {
  let text = "";
  for (const piece of pieces) {
    if (piece.kind === "quote") text += `${text === "" ? "" : "\n"}${flatten(piece.pieces, clock)}\n`;
    else if (piece.kind === "link") text += labelled(piece.address, flatten(piece.pieces, clock));
    else if ("pieces" in piece) text += flatten(piece.pieces, clock);
    else if (piece.kind === "break") text += "\n";
    else text += piece.kind === "time" ? clock(piece.at) : piece.text;
  }
  return text;
}

function labelled(address: string, label: string): string {
  return label === address ? address : `${label} (${address})`;
}

interface Part {
  quote: boolean;
  lines: string[];
}

/** Splits off `>>` lines and what is between two `------` lines; inside [code] nothing is a quote. */
function quotes(text: string): { quote: boolean; text: string }[] {
  const parts: Part[] = [];
  let fenced = false;
  let code = false;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    if (!code && /^-{6,}$/.test(line.trim())) {
      fenced = !fenced;
      parts.push({ quote: fenced, lines: [] });
      continue;
    }
    const marked = !code && !fenced && line.startsWith(">>");
    partFor(parts, fenced || marked).lines.push(marked ? line.slice(2) : line);
    const lower = line.toLowerCase();
    const closed = lower.lastIndexOf("[/code]");
    code = lower.lastIndexOf("[code]") > closed || (code && closed < 0);
  }
  return parts.filter(({ lines }) => lines.length > 0).map(({ quote, lines }) => ({ quote, text: lines.join("\n") }));
}

function partFor(parts: Part[], quote: boolean): Part {
  const last = parts.at(-1);
  if (last?.quote === quote) return last;
  const next = { quote, lines: [] };
  parts.push(next);
  return next;
}

interface Open {
  name: string;
  pieces: Piece[];
}

/** What is being read: the text, the tags that are open, and the tags whose end has been looked for in vain. */
class Reader {
  readonly #text: string;
  readonly #open: Open[];
  readonly #endless = new Set<string>();
  at = 0;

  constructor(text: string, root: Piece[]) {
    this.#text = text;
    this.#open = [{ name: "", pieces: root }];
  }

  add(...pieces: Piece[]): void {
    this.#open.at(-1)?.pieces.push(...pieces);
  }

  /** Takes the text up to a place; addresses in it become links, but not inside another link. */
  takeUntil(end: number): void {
    if (end === this.at) return;
    const text = this.#text.slice(this.at, end);
    this.add(...(this.#open.some(({ name }) => name === "url") ? words(text) : linked(text)));
    this.at = end;
  }

  begin(name: string, value: string, whole: string): void {
    const inside = this.#verbatim(name, value);
    if (inside !== null) return this.add(inside);
    const group = this.#open.length > MAX_DEPTH ? null : groupOf(name, value);
    if (group === null) return this.add({ kind: "text", text: whole });
    this.add(group);
    this.#open.push({ name, pieces: group.pieces });
  }

  /** A closing tag also closes what was left open inside; one without a beginning is text. */
  end(name: string, whole: string): void {
    const index = this.#open.findLastIndex((entry) => entry.name === name);
    if (index < 1) this.add({ kind: "text", text: whole });
    else this.#open.length = index;
  }

  /** Tags whose inside is no markup, and tags without an inside. */
  #verbatim(name: string, value: string): Piece | null {
    if (name === "code" || name === "img" || (name === "url" && value === "")) {
      const inside = this.#inside(name);
      if (inside === null) return null;
      if (name === "code") return { kind: "code", text: inside.trim() };
      return linkTo(inside, words(inside.trim()));
    }
    if (name === "icon") return { kind: "mention", pieces: words(iconTitle(value)) };
    if (name === "disk") return { kind: "mention", pieces: words(`#${value}`) };
    if (name === "timestamp" && /^\d{1,11}/.test(value)) return { kind: "time", at: parseInt(value, 10) * 1000 };
    return null;
  }

  /** The text up to a tag's end, which is taken too. */
  #inside(name: string): string | null {
    // Looked for once only where there is none: the work stays in proportion to the text.
    if (this.#endless.has(name)) return null;
    const close = new RegExp(`\\[/${name}\\]`, "gi");
    close.lastIndex = this.at;
    const found = close.exec(this.#text);
    if (found === null) {
      this.#endless.add(name);
      return null;
    }
    const inside = this.#text.slice(this.at, found.index);
    this.at = close.lastIndex;
    return inside;
  }
}

function inline(text: string): Piece[] {
  const root: Piece[] = [];
  const reader = new Reader(text, root);
  for (const match of text.matchAll(TOKEN)) {
    if (match.index < reader.at) continue;
    reader.takeUntil(match.index);
    const [whole, slash, tag, value = ""] = match;
    reader.at += whole.length;
    const name = tag?.toLowerCase();
    if (name === undefined || name === "br") reader.add({ kind: "break" });
    else if (slash !== "") reader.end(name, whole);
    else reader.begin(name, value, whole);
  }
  reader.takeUntil(text.length);
  return root;
}

/** Pictures from elsewhere are not loaded; their title says what they show. */
function iconTitle(value: string): string {
  return /\btitle=(.*?)(?:\s+\w+=|$)/.exec(value.slice(0, MAX_ICON))?.[1] || "▫";
}

function linkTo(address: string, pieces: Piece[]): Group {
  const safe = safeAddress(address);
  return safe === null ? { kind: "plain", pieces } : { kind: "link", address: safe, pieces };
}

/** The piece that a tag opens; null: it is text. */
function groupOf(name: string, value: string): Group | null {
  const pieces: Piece[] = [];
  if (name === "b" || name === "i" || name === "u" || name === "s") return { kind: "style", style: name, pieces };
  if (name === "url" && safeAddress(value) !== null) return linkTo(value, pieces);
  if (name === "size") return { kind: "size", px: sizeIn(value), pieces };
  if (name === "color") return { kind: "color", color: colorIn(value), pieces };
  return MENTIONS.has(name) ? { kind: "mention", pieces } : null;
}

function sizeIn(value: string): number | null {
  return /^\d+$/.test(value) ? Math.min(LARGEST_PX, Math.max(SMALLEST_PX, Number(value))) : null;
}

function colorIn(value: string): string | null {
  return /^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(value) ? value : null;
}
