import assert from "node:assert/strict";
import { isLicenceRedirect, movedBase, parseWebhookUrl } from "../../../rest/address";
import { batchCommand } from "../../../rest/batch";
import { readEnvelope, readError, wholeNumber } from "../../../rest/envelope";
import { createRedactor } from "../../../rest/redact";

const AWKWARD = [...'\\%$"<>[] \t/&u', "\0", "\ud83d", "😀"];
const FURTHER = [..."'(){}\n\r=+.;#:-_0aT*?^|~", "é", "\u00a0", "\u2028"];
const WORDS = ["$time[", "/rest/", "/rest/1/", "\\u0073", "%25", "&amp;", "&#", "<a>", "<!--", "${", "http://", "s"];
const ROWS = [...AWKWARD, ...FURTHER, ...WORDS, ...AWKWARD.flatMap((one) => AWKWARD.map((other) => one + other))];
/** Each four times the one before: a fault shows itself before it takes hours. */
const SIZES = [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];
/** How much more than in proportion the time may grow: growth with the square is four times as much. */
const SLACK = 2.5;
/** Below this what is measured is the machine, µs. */
const LEAST = 2_000;

const redactor = createRedactor(['\\\\secret"of/the <webhook>']);
const quietly = (task: () => unknown) => (): void => {
  try {
    task();
  } catch (error) {
    assert.ok(error instanceof Error);
  }
};

type TextFunction = (text: string) => unknown;

/** The functions of `rest/` that read what somebody else wrote. */
const FUNCTIONS: Record<string, TextFunction> = {
  "redactor.text": (text) => redactor.text(text),
  "redactor.value": (text) => redactor.value({ text }),
  "redactor.mayHold": (text) => redactor.mayHold(text),
  parseWebhookUrl: (text) => parseWebhookUrl(text),
  "parseWebhookUrl, path": (text) => parseWebhookUrl(`https://p.example/${text}/rest/1/`),
  movedBase: (text) => movedBase("https://old.bitrix24.com/rest/", `https://new.bitrix24.com/${text}`),
  isLicenceRedirect: (text) => isLicenceRedirect(text),
  "readEnvelope, a page": (text) => readEnvelope(200, text, "profile", redactor),
  readError: (text) => readError({ error: text, error_description: text }, 400, "profile", redactor),
  wholeNumber: (text) => wholeNumber(text),
  // What a batch may hold at most; the library that writes it takes most of the time.
  "batchCommand, text": (text) => batchCommand("im.message.add", { MESSAGE: text.slice(0, 50_000) }),
  "batchCommand, names": (text) => batchCommand(text, { [text]: "a" }),
};

const cost = (task: () => void): number => {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

/** The least of a few, because what else happens in this process only adds to it. */
const leastCost = (task: () => void): number => Math.min(cost(task), cost(task), cost(task));

/** Where the processor time of `run` for ever longer rows of `part` grows faster than their length. */
function growsTooFast(run: TextFunction, part: string): string | null {
  let before: { size: number; time: number } | undefined;
  for (const size of SIZES) {
    // The other sign at the end is what most searches fail at after a long way.
    const text = `${part.repeat(Math.ceil(size / part.length))}x`;
    const task = quietly(() => run(text));
    let time = cost(task);
    const allowed = before && (Math.max(before.time, LEAST) * SLACK * size) / before.size;
    if (allowed !== undefined && time > allowed) time = leastCost(task);
    if (allowed !== undefined && time > allowed) return `${JSON.stringify(part)} × ${size}: ${time} µs`;
    before = { size, time };
  }
  return null;
}

describe("text of strangers", function () {
  this.timeout(240_000);

  it("would be seen to take more", () => {
    const found = growsTooFast((text) => text.replace(/[>"']+$/, ""), '"');
    assert.notEqual(found, null);
  });

  for (const [name, run] of Object.entries(FUNCTIONS))
    it(`takes ${name} time in proportion to its length`, () => {
      const slow: string[] = [];
      for (const row of ROWS) {
        const found = growsTooFast(run, row);
        if (found !== null) slow.push(found);
        // Each more of them would take longer than the last.
        if (slow.length > 2) break;
      }
      assert.deepEqual(slow, []);
    });
});
