import assert from "node:assert/strict";
import { exactTime, hoursAndMinutes, sizeOf } from "../../../sandbox/page/script/words/formats";
import { bestLanguage, hasText, textOf } from "../../../sandbox/page/script/words/lookup";

describe("the practice page's words", () => {
  const words = {
    page: { title: "Practice portal", refused: "The portal refused: {reason}" },
    count: { one: "{count} call", few: "{count} few", other: "{count} calls" },
  };

  it("are found by their keys, with values put in", () => {
    assert.equal(textOf(words, "en", "page.title"), "Practice portal");
    assert.equal(textOf(words, "en", "page.refused", { reason: "no {reason}" }), "The portal refused: no {reason}");
    assert.equal(textOf(words, "en", "page.refused"), "The portal refused: ");
  });

  it("take the plural form of the language", () => {
    assert.equal(textOf(words, "en", "count", { count: 1 }), "1 call");
    assert.equal(textOf(words, "en", "count", { count: 3 }), "3 calls");
    assert.equal(textOf(words, "ru", "count", { count: 3 }), "3 few");
    assert.equal(textOf(words, "ru", "count", { count: 5 }), "5 calls");
  });

  it("are their key where there is no text", () => {
    for (const key of ["page.nothing", "nothing", "page.title.more", "page.constructor"]) {
      assert.equal(textOf(words, "en", key), key);
      assert.equal(hasText(words, key), false, key);
    }
    assert.deepEqual([hasText(words, "page.title"), hasText(words, "count")], [true, false]);
  });

  it("are in the first language that the reader knows and the page speaks", () => {
    const offered = ["en", "de", "es-ES", "pt-BR"] as const;
    assert.equal(bestLanguage(["fr", "pt-PT", "en"], offered), "pt-BR");
    assert.equal(bestLanguage(["DE-at"], offered), "de");
    assert.equal(bestLanguage(["fr"], offered), undefined);
  });
});

describe("the practice page's formats", () => {
  it("write times of day", () => {
    const at = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
    assert.equal(hoursAndMinutes(at, "en"), "03:04");
    assert.equal(hoursAndMinutes(new Date(at).toISOString(), "de"), "03:04");
    assert.equal(exactTime(at), "03:04:05.006");
  });

  it("write sizes in the largest unit that fits", () => {
    assert.equal(sizeOf(0, "en"), "0 byte");
    assert.equal(sizeOf(1023, "en"), "1,023 byte");
    assert.equal(sizeOf(1536, "en"), "1.5 kB");
    assert.equal(sizeOf(5 * 1024 ** 4, "en"), "5,120 GB");
  });
});
