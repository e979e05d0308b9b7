import assert from "node:assert/strict";
import fc from "fast-check";
import { linked, parse, plain, type Piece } from "../../../sandbox/page/script/message/markup";

const clock = (at: number): string => `at ${at}`;
const text = (words: string): Piece => ({ kind: "text", text: words });

/** All pieces with those inside them. */
function all(pieces: Piece[]): Piece[] {
  return pieces.flatMap((piece) => ["pieces" in piece ? all(piece.pieces) : [], piece].flat());
}

describe("the practice page's markup", () => {
  it("makes pieces of known tags and leaves the others as text", () => {
    assert.deepEqual(parse("[b]bold [i]both[/i][/b] [foo]x[/foo]"), [
      { kind: "style", style: "b", pieces: [text("bold "), { kind: "style", style: "i", pieces: [text("both")] }] },
      text(" "),
      text("[foo]"),
      text("x"),
      text("[/foo]"),
    ]);
    assert.deepEqual(parse("[B]a[br]b#BR#c\nd[/B]"), [
      {
        kind: "style",
        style: "b",
        pieces: [text("a"), { kind: "break" }, text("b"), { kind: "break" }, text("c"), { kind: "break" }, text("d")],
      },
    ]);
  });

  it("closes what was left open inside a tag, and takes a closing tag without a beginning for text", () => {
    assert.deepEqual(parse("[b][i]x[/b]y[/i]"), [
      { kind: "style", style: "b", pieces: [{ kind: "style", style: "i", pieces: [text("x")] }] },
      text("y"),
      text("[/i]"),
    ]);
  });

  it("links only to the web and to the portal's own pages", () => {
    const addressesIn = (source: string): string[] =>
      all(parse(source)).flatMap((piece) => (piece.kind === "link" ? [piece.address] : []));
    assert.deepEqual(addressesIn("[url=https://a.example]x[/url] [url]/crm/[/url] see http://b.example/c?d."), [
      "https://a.example",
      "/crm/",
      "http://b.example/c?d",
    ]);
    assert.deepEqual(addressesIn("[url=javascript:x]y[/url] [url]//a.example[/url] [img]data:x[/img]"), []);
    assert.deepEqual(addressesIn("[url=https://a.example]https://b.example[/url]"), ["https://a.example"]);
    assert.deepEqual(linked("none here"), [text("none here")]);
  });

  it("keeps sizes and colors within what a message may look like", () => {
    assert.deepEqual(parse("[size=99]x[/size][size=1]x[/size][size=a]x[/size]"), [
      { kind: "size", px: 30, pieces: [text("x")] },
      { kind: "size", px: 8, pieces: [text("x")] },
      { kind: "size", px: null, pieces: [text("x")] },
    ]);
    assert.deepEqual(parse("[color=#abc]x[/color][color=red;x]x[/color]"), [
      { kind: "color", color: "#abc", pieces: [text("x")] },
      { kind: "color", color: null, pieces: [text("x")] },
    ]);
  });

  it("quotes what is marked or between two fences, but nothing inside code", () => {
    assert.deepEqual(parse(">>quoted\nsaid"), [{ kind: "quote", pieces: [text("quoted")] }, text("said")]);
    assert.deepEqual(parse("------\na\nb\n------\nc"), [
      { kind: "quote", pieces: [text("a"), { kind: "break" }, text("b")] },
      text("c"),
    ]);
    assert.deepEqual(parse("[code]\n>>x [b]y[/b]\n[/code]"), [{ kind: "code", text: ">>x [b]y[/b]" }]);
  });

  it("names pictures, files and times", () => {
    assert.deepEqual(parse("[icon=/a.png title=Smile][disk=7][timestamp=5]"), [
      { kind: "mention", pieces: [text("Smile")] },
      { kind: "mention", pieces: [text("#7")] },
      { kind: "time", at: 5000 },
    ]);
    assert.deepEqual(parse("[icon=/a.png]"), [{ kind: "mention", pieces: [text("▫")] }]);
  });

  it("writes the same as plain text, with addresses behind their words", () => {
    assert.equal(plain("[b]Bold[/b] [url=https://a.example]here[/url]", clock), "Bold here (https://a.example)");
    assert.equal(plain("https://a.example [timestamp=5]", clock), "https://a.example at 5000");
    assert.equal(plain("a\n>>b\nc", clock), "a\nb\nc");
  });

  it("loses no word and makes no unsafe address, whatever is written", () => {
    const parts = ["[b]", "[/b]", "[url]", "[/url]", "[url=/a]", "[url=javascript:x]", "[code]", "[/code]", "\n", ">>"];
    const source = fc.array(
      fc.constantFrom(...parts, "[img]", "[/img]", "------\n", "word", "https://a.example", "["),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(source, (words) => {
        const pieces = all(parse(words.join("")));
        const links = pieces.flatMap((piece) => (piece.kind === "link" ? [piece.address] : []));
        for (const address of links) assert.match(address, /^(?:https?:\/\/|\/(?!\/))/);
        const written = pieces.map((piece) => ("text" in piece ? piece.text : "")).join("");
        const count = (text: string): number => text.split("word").length;
        assert.equal(count(written), count(words.join("")));
        plain(words.join(""), clock);
      }),
    );
  });

  it("nests thirty tags deep, and looks for a missing end only once", () => {
    const depth = (pieces: Piece[]): number =>
      Math.max(0, ...pieces.map((piece) => ("pieces" in piece ? 1 + depth(piece.pieces) : 0)));
    assert.equal(depth(parse("[b]".repeat(100))), 30);
    // Looked for anew at each tag, the missing ends would take minutes.
    assert.equal(parse("[code][img][url]".repeat(20_000)).length, 60_000);
  });
});
