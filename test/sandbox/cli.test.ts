import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

function run(...args: string[]): ChildProcess {
  return runIn("en_US.UTF-8", ...args);
}

/** On a machine of this locale. */
function runIn(locale: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", "sandbox/cli.ts", ...args], {
    cwd: ROOT,
    env: { ...process.env, LC_ALL: locale },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Collects the output until a text appears in it. */
async function until(child: ChildProcess, text: string): Promise<string> {
  let output = "";
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    if (output.includes(text)) break;
  }
  return output;
}

describe("sandbox: the command", () => {
  it("prints webhook and page, answers, and ends on a signal", async () => {
    const child = run("--port", "0", "--strict-limits", "--secret", "my-secret");
    try {
      const output = await until(child, "Ctrl+C");
      const webhook = /Webhook +(http:\/\/127\.0\.0\.1:\d+\/rest\/1\/my-secret\/)/.exec(output)?.[1];
      assert.ok(webhook, output);
      assert.match(output, /Page +http:\/\/127\.0\.0\.1:\d+\/\n/);
      const statuses = await Promise.all(
        Array.from({ length: 150 }, async () => (await fetch(`${webhook}scope`)).status),
      );
      assert.ok(statuses.includes(200));
      assert.ok(statuses.includes(503));
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = (await ended) as [number | null];
      assert.equal(code, 0);
    }
  });

  it("explains itself, and refuses what it does not understand", async () => {
    const help = run("--help");
    assert.match(await until(help, "--help "), /Usage: bitrix24-sandbox/);
    const wrong = run("--port", "many");
    const [code] = (await once(wrong, "exit")) as [number | null];
    assert.equal(code, 1);
  });

  it("speaks the machine's language, another one when asked, and English where it knows none", async () => {
    const lines: string[][] = [];
    for (const [locale, ...args] of [
      ["de_AT.UTF-8"],
      ["de_AT.UTF-8", "--language", "es"],
      ["ja_JP.UTF-8"],
      ["C"],
    ] as const) {
      const child = runIn(locale, "--port", "0", ...args);
      const ended = once(child, "exit");
      try {
        const page = /Page +(\S+)/.exec(await until(child, "Ctrl+C"))?.[1] ?? "";
        const answer = await fetch(`${page}sandbox/api/state`);
        const { result } = (await answer.json()) as { result: { lines: { name: string }[] } };
        lines.push(result.lines.map(({ name }) => name));
      } finally {
        child.kill("SIGTERM");
        await ended;
      }
    }
    const foreign = run("--language", "tlh");
    const [code] = (await once(foreign, "exit")) as [number | null];
    assert.deepEqual(lines, [
      ["Support", "Vertrieb"],
      ["Soporte", "Ventas"],
      ["Support", "Sales"],
      ["Support", "Sales"],
    ]);
    assert.equal(code, 1);
  });
});
