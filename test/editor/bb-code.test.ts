import assert from "node:assert/strict";
import { asSaved, asTyped, lookOf, marked, plain, stepsOf } from "../../editor/message/bb-code";

/** The steps as one line: `<b` opens, `>` closes. */
const line = (text: string): string =>
  stepsOf(text)
    .map((step) => {
      if (step.kind === "words") return step.words;
      return step.kind === "close" ? ">" : `<${step.tag}${step.argument === undefined ? "" : `=${step.argument}`}:`;
    })
    .join("");

describe("formatted text in the preview", () => {
  it("is taken apart into words and tags, in any letter case", () => {
    assert.equal(line("a[B]b[i]c[/I]d[/b]e"), "a<b:b<i:c>d>e");
    assert.equal(line("[url=https://example.com]site[/url]"), "<url=https://example.com:site>");
  });

  it("keeps as words whatever closes nothing, is unknown, or is inside of code", () => {
    assert.equal(line("a[/b]"), "a[/b]");
    assert.equal(line("[i]a[/b]b[/i]"), "<i:a[/b]b>");
    assert.equal(line("[x]a[/x]<img src=x>"), "[x]a[/x]<img src=x>");
    assert.equal(line("[code][b]a[/b][/code]"), "<code:[b]a[/b]>");
  });

  it("may stay open at the end", () => {
    assert.equal(line("[b]a[i]b"), "<b:a<i:b");
  });

  it("has line breaks in both of the portal's spellings", () => {
    assert.equal(line("a[br]b#BR#c"), "a\nb\nc");
  });

  it("takes time in proportion to its length when tags are nested deeply", () => {
    assert.equal(stepsOf("[b]".repeat(50_000)).length, 50_000);
  });

  it("looks as its tags say, and takes from an argument only what is harmless", () => {
    assert.deepEqual(lookOf("b"), { element: "strong" });
    assert.deepEqual(lookOf("url", "javascript:x"), {
      element: "span",
      className: "b24-bb-link",
      title: "javascript:x",
    });
    assert.deepEqual(lookOf("color", "#F00"), { element: "span", color: "#F00" });
    assert.deepEqual(lookOf("color", "red;x"), { element: "span" });
    assert.deepEqual(lookOf("size", "20"), { element: "span", fontSize: 20 });
    for (const size of ["7", "31", "x", ""]) assert.deepEqual(lookOf("size", size), { element: "span" });
    assert.deepEqual(lookOf("code"), { element: "span", className: "b24-bb-code" });
  });

  it("loses its formatting outside of Bitrix24, addresses stay readable", () => {
    assert.equal(
      plain("[b]Hello[/b][br][url=https://example.com]site[/url] [color=#f00]!"),
      "Hello\nsite (https://example.com) !",
    );
    assert.equal(plain("[url=https://example.com] https://example.com [/url]"), "https://example.com");
  });
});

describe("formatting selected words", () => {
  it("puts the tag around them, and the caret behind them", () => {
    assert.deepEqual(marked("Hi", "b", 4), { text: "[b]Hi[/b]", caret: 9 });
  });

  it("puts the caret where the address of a link belongs", () => {
    const { text, caret } = marked("site", "url", 0);
    assert.equal(text, "[url=https://]site[/url]");
    assert.equal(text.slice(0, caret), "[url=https://");
  });
});

describe("a text of several lines", () => {
  it("is saved on one line and typed on several", () => {
    assert.equal(asSaved("a\nb"), "a[br]b");
    assert.equal(asTyped("a[BR]b"), "a\nb");
  });
});
