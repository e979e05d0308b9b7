/** Simulates hours from a seed on: `npm run simulate -- --hours N --seed S [--workers 2] [--script F] [--root FOLDER]`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { check, type Violation } from "./check/check";
import { generate } from "./generate/generate";
import { run } from "./run";
import type { Script } from "./script";
import { shrink } from "./shrink";
import { loadSubject, type Subject } from "./subject";

const HOUR = 3_600_000;

const { values: options } = parseArgs({
  options: {
    hours: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    /** Every how many seeds are this worker's. */
    stride: { type: "string", default: "1" },
    script: { type: "string" },
    root: { type: "string", default: resolve(__dirname, "../..") },
    /** How many failures of one rule are told in full. */
    full: { type: "string", default: "1" },
    /** Pattern of the rules and kinds that are told in full; the others are only counted. */
    only: { type: "string", default: "" },
    "no-shrink": { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
  },
});

interface Total {
  hours: number;
  scripts: number;
  violations: number;
}

async function main(): Promise<void> {
  const subject = await loadSubject(options.root);
  const total: Total = { hours: 0, scripts: 0, violations: 0 };
  const told = new Map<string, number>();
  if (options.script !== undefined) {
    const script = JSON.parse(readFileSync(options.script, "utf8")) as Script;
    await one(script, subject, total, told, options.script);
  } else {
    const wanted = Number(options.hours);
    for (let seed = Number(options.seed); total.hours < wanted; seed += Number(options.stride))
      await one(generate(seed), subject, total, told, null);
  }
  console.log(`TOTAL ${JSON.stringify({ ...total, rules: Object.fromEntries(told) })}`);
}

async function one(
  script: Script,
  subject: Subject,
  total: Total,
  told: Map<string, number>,
  file: string | null,
): Promise<void> {
  const transcript = await run(script, subject);
  if (options.trace) console.log(traceOf(transcript));
  const violations = check(script, transcript);
  total.hours += (transcript.end - transcript.start) / HOUR;
  total.scripts++;
  total.violations += violations.length;
  const kinds = new Map(violations.map((violation) => [`${violation.rule}: ${violation.kind}`, violation]));
  for (const [rule, violation] of kinds) {
    const count = (told.get(rule) ?? 0) + 1;
    told.set(rule, count);
    if (count <= Number(options.full) && new RegExp(options.only).test(rule))
      await tell(script, violation, subject, file);
  }
  if (file !== null)
    for (const { rule, kind, at, what } of violations) console.log(`${rule} [${kind}] at ${at / 1000} s: ${what}`);
}

async function tell(script: Script, violation: Violation, subject: Subject, file: string | null): Promise<void> {
  const { rule, kind, at, what } = violation;
  const replay = file === null ? `--seed ${script.seed} --hours 0.01` : `--script ${file}`;
  console.log(
    `\nBROKEN ${rule} [${kind}]: ${what} (${Math.round(at / 1000)} s after the start)\nreplay: npm run simulate -- ${replay}`,
  );
  if (file !== null || options["no-shrink"]) return;
  const small = await shrink(script, violation, subject);
  console.log(`shrunk to ${small.steps.length} steps; save and replay with --script:\n${JSON.stringify(small)}`);
}

/** What happened, line by line, for people. */
function traceOf(transcript: Awaited<ReturnType<typeof run>>): string {
  const { start } = transcript;
  const lines: [number, string][] = [
    ...transcript.events.map((e): [number, string] => [
      e.at,
      `EVENT ${e.sim} ${e.name} ${e.kind} ${e.tag} chat ${e.chatId} session ${e.sessionId} message ${e.messageId} "${e.text}"`,
    ]),
    ...transcript.delivered.map((d): [number, string] => [
      d.at,
      `  -> ${d.node} output ${d.output + 1}: ${d.sim} (${transcript.events[d.sim - 1]?.tag}) delivery ${d.delivery}${d.told === undefined ? "" : ` told ${d.told}`} owner ${d.owner}`,
    ]),
    ...transcript.visits.map((v): [number, string] => [
      v.at,
      `     visit ${v.id} of ${v.node} (${v.wants}): ${v.intent} delivery ${v.delivery}`,
    ]),
    ...transcript.visits.flatMap((v) =>
      v.exits.map((x): [number, string] => [
        x.at,
        `     visit ${v.id} left by ${x.way} ${x.code ?? ""} ${x.outcome ?? ""} ${x.repeated ? "repeated" : ""}`,
      ]),
    ),
    ...transcript.calls.map((c): [number, string] => [
      c.at,
      `   PORTAL ${c.method} ${c.ok ? "ok" : c.error} chat ${c.chatId} wire ${c.wire} session ${c.before} -> ${c.after}`,
    ]),
    ...transcript.messages.map((m): [number, string] => [m.at, `   CHAT ${m.chatId} ${m.author}: ${m.text}`]),
    ...transcript.lifecycle.map((l): [number, string] => [
      l.at,
      `${l.kind.toUpperCase()} boot ${l.boot}${l.kind === "stop" ? ` ${l.type} ${l.ids.join(" ")}` : ""}`,
    ]),
    ...transcript.notes.map((n): [number, string] => [
      n.at,
      `     ${n.kind} in ${n.node}: event ${n.sim} delivery ${n.delivery}`,
    ]),
    ...transcript.log.map((l): [number, string] => [l.at, `LOG ${l.level} ${l.node ?? ""}: ${l.text}`]),
    ...transcript.wires
      .filter((w) => !w.method.endsWith("Event.get") || w.fault)
      .map((w): [number, string] => [
        w.leftAt,
        `   WIRE ${w.id} ${w.method} ${w.fault ?? ""} answered ${((w.answeredAt - start) / 1000).toFixed(2)}`,
      ]),
  ];
  return lines
    .sort((one, other) => one[0] - other[0])
    .map(([at, text]) => `${((at - start) / 1000).toFixed(3).padStart(10)} ${text}`)
    .join("\n");
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
