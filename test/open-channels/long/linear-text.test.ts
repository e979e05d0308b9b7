import assert from "node:assert/strict";
import ts from "typescript";
import { readAttachment } from "../../../open-channels/actions/attachment";
import { callOperation } from "../../../open-channels/actions/call";
import { readKeyboard } from "../../../open-channels/actions/keyboard";
import { isGiven, isLink, readStructure } from "../../../open-channels/actions/rich-content";
import { sendOperation } from "../../../open-channels/actions/send";
import { transferOperation } from "../../../open-channels/actions/transfer";
import { parseId } from "../../../open-channels/ids";
import { requireChannelCode, requireFlag, requireText } from "../../../open-channels/actions/values";
import { Journal } from "../../../open-channels/engine/journal";
import { Ledger } from "../../../open-channels/engine/ledger";
import { Owners } from "../../../open-channels/engine/owners";
import { memoryStorage } from "../../../open-channels/engine/storage";
import { decodeEvent } from "../../../open-channels/events/decode";
import { topicOf } from "../../../open-channels/events/event";
import { identityOf } from "../../../open-channels/events/identity";
import { decodeForm } from "../../../open-channels/events/form";
import { seconds } from "../../../open-channels/seconds";
import { CallError } from "../../../rest/errors";
import { filesBelow, readText } from "../../support/project";
import { StepCounter } from "../../support/regexp-steps";
import { fetched, postedOld } from "../support/deliveries";
import { running, typed } from "../support/running";
import { VirtualClock } from "../support/virtual-clock";

/** What has ever made a reader of texts slow: signs of escapes, marks, addresses and templates, blanks, halves of pairs. */
const AWKWARD = ["\\", '"', "$", "[", "{", "%", "&", "+", ".", " ", "\n", "a", "A", "0", "🙂", "\ud800"];

/** Units of a text: each sign by itself, and each pair. */
const unitsOf = (signs: readonly string[]): string[] =>
  signs.flatMap((one) => [one, ...signs.filter((other) => other !== one).map((other) => one + other)]);
const UNITS = unitsOf(AWKWARD);
/** The pairs that a reader of JSON, forms or packed texts looks at, for what takes longer. */
const FEWER = [...new Set([...AWKWARD, ...unitsOf(["\\", '"', "[", "%", "&", "🙂"])])];

function freshOwners(): Owners {
  const clock = new VirtualClock();
  const storage = memoryStorage(new Map(), "bot");
  const journal = new Journal({ storage, clock, snapshot: () => null, onFailure: () => undefined });
  const now = (): number => clock.now();
  return new Owners(new Ledger(journal, now), now);
}

const sized = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

/** Every regular expression that is written in a file. */
function expressionsIn(file: string): RegExp[] {
  const found: RegExp[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = "", flags = ""] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? [];
      found.push(new RegExp(source, flags));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readText(file), ts.ScriptTarget.ESNext));
  return found;
}

/** Texts of a size in which an expression could go astray: its own words and signs, alone and one after the other. */
function textsFor({ source }: RegExp, size: number): string[] {
  const words = (source.match(/\w{2,}/g) ?? []).slice(0, 8);
  const signs = [...new Set([...AWKWARD, ...source.replace(/\w{2,}/g, "")])];
  const units = [...signs, ...words, ...words.map((word) => `${word}.`)];
  return units.flatMap((one) => [
    sized(one, size),
    ...units
      .filter((other) => other !== one)
      .flatMap((other) => [
        sized(one + other, size),
        sized(one, size / 2) + sized(other, size / 2),
        one + sized(other, size),
      ]),
  ]);
}

const SMALL = 60;

/** The text on which twice the size takes the most steps, as a multiple; above 2 it is more than linear. */
function worstGrowth(expression: RegExp): { growth: number; text: string } {
  const counter = new StepCounter(expression);
  const large = textsFor(expression, SMALL * 2);
  const grown = textsFor(expression, SMALL).map((text, at) => ({
    // What a search costs anyway must not hide what grows.
    growth: counter.steps(large[at] ?? "") / Math.max(counter.steps(text), SMALL),
    text: text.slice(0, 20),
  }));
  return grown.reduce((worst, one) => (one.growth > worst.growth ? one : worst));
}

describe("texts of strangers", () => {
  describe("regular expressions", () => {
    it("are counted as a backtracking engine takes them", () => {
      const growth = (expression: RegExp): number => worstGrowth(expression).growth;
      for (const linear of [/^\s*\d+\s*$/, /a/g, /^(?:a|b)+$/, /^a{1,3}?b/i, /[^\]]/u]) assert.ok(growth(linear) < 2.5);
      for (const slow of [/\s+$/, /"+$/g, /\\+u0041/]) assert.ok(growth(slow) > 3, `/${slow.source}/: ${growth(slow)}`);
    });

    const files = filesBelow("open-channels", ".ts");
    const all = files.flatMap((file) => expressionsIn(file).map((expression) => ({ file, expression })));

    it("are seen", () => {
      assert.ok(all.length > 15, `${all.length}`);
    });

    for (const { file, expression } of all)
      it(`/${expression.source}/${expression.flags} of ${file} takes steps in proportion to the text`, () => {
        const { growth, text } = worstGrowth(expression);
        assert.ok(growth < 2.5, `${growth} times the steps for twice the text: ${JSON.stringify(text)}`);
      });

    it("are made of nothing that somebody wrote", () => {
      const made = files.filter((file) => /\bRegExp\(/.test(readText(file)));
      assert.deepEqual(made, []);
    });
  });

  describe("of a megabyte", function () {
    this.timeout(120_000);
    const MEGABYTE = 1_000_000;

    /** The code with which a value is refused; null when it is taken. */
    async function refusal(run: () => unknown): Promise<string | null> {
      try {
        await run();
        return null;
      } catch (error) {
        if (error instanceof CallError) return error.code;
        throw error;
      }
    }

    it("are read as values to the end, and either taken whole or refused", async () => {
      for (const unit of UNITS) {
        const text = sized(unit, MEGABYTE);
        const reading = typed(text);
        const isBlank = text.trim() === "";
        assert.equal(await refusal(() => requireText(reading, "m")), isBlank ? "MESSAGE_EMPTY" : null, unit);
        assert.equal(await refusal(() => requireFlag(text, "LEAVE", "m")), "ERROR_ARGUMENT", unit);
        assert.equal(await refusal(() => requireChannelCode(reading, "m")), "CODE", unit);
        assert.equal(parseId(text), null, unit);
        assert.equal(isLink(text), false, unit);
        assert.equal(isGiven(text), !isBlank, unit);
        assert.equal(seconds(text, 5), 5_000, unit);
      }
    });

    it("are read as attachment, keyboard and structure", () => {
      for (const unit of FEWER) {
        const text = sized(unit, MEGABYTE);
        const isGivenText = readStructure(text) !== undefined;
        const warn = (): void => undefined;
        for (const read of [
          () => readAttachment(typed(text), "m", warn),
          () => readKeyboard(typed(text), "m", warn, { linksOnly: false }),
        ])
          if (isGivenText) assert.throws(read, CallError);
          else assert.equal(read(), undefined);
        assert.throws(() => readAttachment(typed([{ MESSAGE: `${text}a` }]), "m", warn), /ATTACH_OVERSIZE/);
        assert.throws(() => readKeyboard(typed([{ [text]: text }]), "m", warn, { linksOnly: false }), CallError);
      }
    });

    it("are called and sent as they are", async () => {
      for (const unit of AWKWARD) {
        const text = `${sized(unit, MEGABYTE)}a`;
        const portal = running();
        await portal.run(sendOperation, { chatId: typed(5), message: typed(text) });
        await portal.run(callOperation, {
          method: typed("user.get"),
          params: typed({ [text]: text, DIALOG_ID: text }),
        });
        const [sent, called] = portal.calls;
        assert.equal((sent?.params["fields"] as { message: string }).message, text);
        assert.equal(called?.params[text], text);
        assert.equal(
          await refusal(() => portal.run(callOperation, { method: typed(`${text}-`) })),
          "ERROR_METHOD_NOT_FOUND",
        );
        const target = { chatId: typed(5), target: typed(`queue${text}`) };
        assert.match((await refusal(() => portal.run(transferOperation, target))) ?? "", /^(QUEUE|USER)_ID_EMPTY$/);
      }
      const portal = running();
      for (const unit of ["a", "A0", "a."])
        await portal.run(callOperation, { method: typed(`${sized(unit, MEGABYTE)}a.get`) });
      assert.equal(portal.calls.length, 3);
    });

    it("come out of events as they were written, in every part", () => {
      const owners = freshOwners();
      for (const unit of FEWER) {
        const text = sized(unit, MEGABYTE);
        const event = decodeEvent(fetched({ text, firstName: text }));
        assert.equal(event.payload, text, unit);
        assert.equal(event.conversation.user?.firstName, text, unit);
        assert.ok(identityOf(fetched({ text })).length < 1_000, unit);
        owners.observe(event, 7);
        assert.equal(owners.of(event.conversation.chatId), "bot", unit);
        assert.ok(topicOf(text).length <= 2 * text.length, unit);
        const delivery = fetched();
        const chat = { id: 5, entityType: "LINES", entityId: text, entityData1: text, entityData2: text };
        const { line } = decodeEvent({
          ...delivery,
          name: text,
          date: text,
          data: { ...delivery.data, chat },
        }).conversation;
        assert.ok(line === null || line.crm.length === 0, unit);
      }
    });

    it("are read as forms, or refused", () => {
      for (const unit of FEWER) {
        const text = sized(unit, MEGABYTE);
        for (const body of [text, `data[${text}]=1`, `a=${text}`]) {
          const form = decodeForm(body);
          const size = form === null ? 0 : JSON.stringify(form).length;
          assert.ok(size <= 8 * body.length, `${JSON.stringify(unit)}: ${size}`);
        }
      }
      assert.equal(decodeEvent(postedOld({ text: sized("\\", 100_000) })).payload, sized("\\", 100_000));
    });
  });
});
