import assert from "node:assert/strict";
import { authorOf, isHandoverZero } from "../../../open-channels/events/author";
import { decodeEvent } from "../../../open-channels/events/decode";
import type { Delivery } from "../../../open-channels/events/delivery";
import { hasBrokenEscape, repairEscapes, unescapeLoosely } from "../../../open-channels/events/escapes";
import { readDeliveries } from "../../../open-channels/events/fetched";
import { decodeForm } from "../../../open-channels/events/form";
import { repairForm } from "../../../open-channels/events/form-repair";
import { identityOf } from "../../../open-channels/events/identity";
import { splitDelivery } from "../../../open-channels/events/split";
import { stripSecrets } from "../../../open-channels/events/strip-secrets";
import type { JsonObject } from "../../../rest/envelope";
import { filesBelow, readText } from "../../support/project";

const SIZE = 1_000_000;

/** What readers stumble over: separators, brackets, escapes, digits, white space of all kinds, halves of letters. */
const AWKWARD = [
  "%",
  "0",
  "|",
  "[",
  "]",
  "=",
  "&",
  " ",
  "/",
  "\u00a0",
  "\0",
  "🙂",
  "\ud83d",
  "\u{FFFD}",
  "\n",
  "+",
  "_",
];

const fill = (unit: string): string => unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);

/** Every place of a delivery that can hold words, in both generations. */
function deliveries(words: string): Delivery[] {
  const record = { BOT_ID: words, BOT_CODE: words, COMMAND: words, COMMAND_PARAMS: words, MESSAGE_ID: words };
  const chat = {
    id: words,
    dialogId: words,
    entityType: "LINES",
    entityId: words,
    entityData1: words,
    entityData2: words,
  };
  const user = { id: words, firstName: words, lastName: words, connector: words, externalAuthId: words };
  const params = {
    ...{ MESSAGE: words, MESSAGE_ID: words, CHAT_ID: words, DIALOG_ID: words, FROM_USER_ID: words, SYSTEM: words },
    ...{ CHAT_ENTITY_TYPE: "LINES", CHAT_ENTITY_ID: words, CHAT_ENTITY_DATA_1: words, CHAT_ENTITY_DATA_2: words },
  };
  const made = (name: string, data: JsonObject): Delivery => ({ name, id: null, date: words, data });
  return [
    made("ONIMBOTV2MESSAGEADD", { message: { id: words, text: words }, chat, user, language: words }),
    made("ONIMCOMMANDADD", { COMMAND: { 1: record }, PARAMS: params, USER: user }),
    made(words, { [words]: words }),
  ];
}

/** Letters in all texts and names of a value. */
function length(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, item]) => sum + name.length + length(item), 0);
}

/** Feeds `words` to everything that reads a stranger's text; what comes out is of the size of what went in. */
function feed(words: string): void {
  for (const delivery of deliveries(words)) {
    const event = decodeEvent(delivery, 7);
    // Some parts of a delivery are said twice: in `raw` and under a name of their own.
    assert.ok(length(event) <= 3 * length(delivery), delivery.name.slice(0, 20));
    assert.equal(typeof authorOf(event, 7), "string");
    assert.ok(splitDelivery(delivery, 7).length <= 1);
    assert.ok(identityOf(delivery).length <= 25);
    assert.equal(length(stripSecrets(delivery.data)), length(delivery.data));
  }
  assert.ok(repairEscapes(words).length <= words.length);
  if (!hasBrokenEscape(words)) assert.ok(unescapeLoosely(words).length <= words.length);
  assert.ok(length(repairForm({ [words]: words })) <= 2 * words.length);
  for (const body of [
    words,
    `a=${words}`,
    `${words}=1`,
    `a[${words}]=1`,
    `a=${encodeURIComponent(words.toWellFormed())}`,
  ])
    assert.ok(length(decodeForm(body)) <= body.length + 1);
  assert.equal(typeof isHandoverZero(words), "boolean");
  assert.equal(readDeliveries({ events: [{ eventId: words, type: words, date: words }] })?.length, 1);
}

describe("a stranger's megabyte", function () {
  this.timeout(120_000);

  for (const one of AWKWARD) it(`of ${JSON.stringify(one)} costs no more than its length`, () => feed(fill(one)));

  AWKWARD.slice(0, 7).forEach((one, at) =>
    it(`of ${JSON.stringify(one)} with each other one costs no more than its length`, () => {
      for (const other of AWKWARD.slice(at + 1, 8)) feed(fill(one + other));
    }),
  );

  it("of ever more items, events, bots and levels is read once", () => {
    const many = Array.from({ length: 100_000 }, (_, at) => at + 1);
    const entityData2 = many.map((id) => `LEAD|${id}`).join("|");
    const chat = { id: 1, entityType: "LINES", entityId: "a|1|2|3", entityData2 };
    const { line } = decodeEvent({ name: "ONIMBOTV2MESSAGEADD", id: 1, date: null, data: { chat } }).conversation;
    assert.ok(line && line.crm.length <= 50, `${line?.crm.length} items`);
    const COMMAND = Object.fromEntries(many.map((id) => [id, { BOT_ID: id, COMMAND: "x" }]));
    assert.equal(splitDelivery({ name: "ONIMCOMMANDADD", id: null, date: null, data: { COMMAND } }, 7).length, 1);
    const events = many.map((eventId) => ({ eventId, type: "ONIMBOTV2MESSAGEADD", data: {} }));
    assert.equal(readDeliveries({ events })?.length, many.length);
  });
});

describe("regular expressions over events", () => {
  const files = filesBelow("open-channels/events", ".ts");
  const literals = files.flatMap((file) =>
    [
      ...readText(file).matchAll(
        /(?<=[(=:,?!&|]\s*|return\s)\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/[a-z]*/g,
      ),
    ].map(([, source = ""]) => ({ file, source })),
  );

  it("are found", () => assert.ok(literals.length >= 5, `${literals.length}`));

  it("repeat without a bound once at most, from the beginning on, so that they never go back", () => {
    for (const { file, source } of literals) {
      const bare = source.replace(/\\./g, "x").replace(/\[[^\]]*\]/g, "x");
      const repetitions = bare.match(/[*+]|\{\d+,\}/g) ?? [];
      assert.ok(repetitions.length === 0 || (repetitions.length === 1 && bare.startsWith("^")), `${file}: ${source}`);
    }
  });
});
