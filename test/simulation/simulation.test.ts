import { equal, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { check } from "./check/check";
import { generate } from "./generate/generate";
import { run } from "./run";
import type { Script } from "./script";
import { loadSubject, type Subject } from "./subject";

const ROOT = resolve(__dirname, "../..");
/** What was found once; `scripts/open` holds what is not mended yet. */
const SCRIPTS = join(__dirname, "scripts");
const HOUR = 3_600_000;
const HOURS = Number(process.env["SIMULATED_HOURS"] ?? 120);
const SEED = Number(process.env["SIMULATION_SEED"] ?? 1500);

async function live(script: Script, subject: Subject): Promise<{ hours: number; broken: string }> {
  const transcript = await run(script, subject);
  const broken = check(script, transcript).map(({ rule, at, what }) => `${rule} after ${at / 1000} s: ${what}`);
  return { hours: (transcript.end - transcript.start) / HOUR, broken: broken.join("\n") };
}

describe("simulation", function () {
  this.timeout(180_000);
  let subject: Subject;

  before(async () => {
    subject = await loadSubject(ROOT);
  });

  for (const file of readdirSync(SCRIPTS).filter((name) => name.endsWith(".json"))) {
    const script = JSON.parse(readFileSync(join(SCRIPTS, file), "utf8")) as Script;
    it(`${script.name ?? file}: ${script.broke ?? ""}`, async () => {
      const { broken } = await live(script, subject);
      equal(broken, "", `npm run simulate -- --script test/simulation/scripts/${file}`);
    });
  }

  it(`holds its invariants for ${HOURS} hours`, async () => {
    let hours = 0;
    for (let seed = SEED; hours < HOURS; seed++) {
      const lived = await live(generate(seed), subject);
      hours += lived.hours;
      equal(lived.broken, "", `npm run simulate -- --seed ${seed} --hours 0.01`);
    }
  });

  it("is the same again with the same seed", async () => {
    const script = generate(SEED);
    const [one, other] = [await run(script, subject), await run(script, subject)];
    ok(one.messages.length > 0);
    equal(JSON.stringify(one), JSON.stringify(other));
  });
});
