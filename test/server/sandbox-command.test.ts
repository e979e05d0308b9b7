import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { LANGUAGES } from "../../sandbox/index";
import { installPacked, type InstalledPackage } from "../support/packed";
import { manifest } from "../support/project";

interface State {
  result: { lines: { name: string }[] };
}

describe("the command bitrix24-sandbox", function () {
  this.timeout(120_000);
  let installed: InstalledPackage | undefined;
  before(async () => {
    installed = await installPacked();
  });
  after(() => installed?.remove());

  it("opens a portal whose printed webhook answers, with its whole page, and ends on a signal", async () => {
    const script = join(installed?.folder ?? "", manifest().bin["bitrix24-sandbox"] ?? "");
    const child = spawn(process.execPath, [script, "--port", "0", "--language", "ru"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const webhook = await new Promise<string>((resolve, reject) => {
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const [url] = /http:\/\/127\.0\.0\.1:\d+\/rest\/\d+\/[^/\s]+\//.exec(output) ?? [];
        if (url !== undefined) resolve(url);
      });
      child.once("exit", (code) => reject(new Error(`ended with code ${code}: ${output}`)));
    });
    const answer = await fetch(`${webhook}imopenlines.revision.get.json`);
    const body = (await answer.json()) as { result?: unknown };
    const state = (await (await fetch(new URL("/sandbox/api/state", webhook))).json()) as State;
    const locales = LANGUAGES.map((language) => `/locales/${language}.json`);
    const page = await Promise.all(["/", "/page.js", ...locales].map((path) => fetch(new URL(path, webhook))));
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    assert.equal(answer.status, 200);
    assert.ok(body.result !== undefined, JSON.stringify(body));
    assert.deepEqual(
      state.result.lines.map(({ name }) => name),
      ["Поддержка", "Продажи"],
    );
    assert.deepEqual(
      page.filter((part) => part.status !== 200).map(({ url }) => url),
      [],
    );
  });
});
