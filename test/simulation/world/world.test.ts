import { deepEqual, equal, ok } from "node:assert/strict";
import { Disk } from "./disk";
import { SimulatedPortal } from "./portal";
import { Random } from "./random";
import { VirtualTime } from "./time";
import { emptyTranscript } from "./transcript";

const START = Date.UTC(2026, 10, 2, 9);
const PATH = "/rest/1/practice-secret/";

describe("the simulated world", () => {
  it("lets time pass in order, and promises settle in between", async () => {
    const time = new VirtualTime(0);
    const seen: string[] = [];
    time.after(20, () => void seen.push("later"));
    const takeBack = time.after(15, () => void seen.push("taken back"));
    time.after(10, () => {
      takeBack();
      void Promise.resolve()
        .then(() => undefined)
        .then(() => seen.push("promise"));
      time.soon(() => void seen.push("soon"));
    });
    time.after(10, () => void seen.push("same time"));
    await time.run(100);
    deepEqual(seen, ["promise", "soon", "same time", "later"]);
    equal(time.now, 100);
  });

  it("ends a run in which no time passes any more", async () => {
    const time = new VirtualTime(0);
    const spin = (): void => time.soon(spin);
    time.after(1, spin);
    const ended = await time.run(10).catch((error: unknown) => error);
    ok(ended instanceof Error && /spinning/.test(ended.message));
  });

  it("answers a poll on the short way as the portal itself does", () => {
    const time = new VirtualTime(START);
    const portal = new SimulatedPortal(time, new Random(1), emptyTranscript(START), { welcomeBotLeft: "close" });
    portal.clientWrites("Anna", 'a "quoted" </text> with ünïcode', "m1");
    portal.clientWrites("Ben", "hello", "m2");
    for (const asked of [{ limit: 1 }, { limit: 100 }, { offset: 1 }, { botId: 999 }, { botToken: "wrong" }]) {
      const body = JSON.stringify({ botId: portal.botId, botToken: portal.botToken, ...asked });
      const short = JSON.parse(portal.handle(`${PATH}imbot.v2.Event.get`, body, 0).text) as Record<string, unknown>;
      const whole = JSON.parse(portal.handle(`${PATH}imbot.v2.Event.get.json`, body, 0).text) as Record<
        string,
        unknown
      >;
      deepEqual(short["result"], whole["result"]);
      equal("error" in short, "error" in whole);
    }
  });

  it("keeps what was synced through a power cut, and what was written through a kill", async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const time = new VirtualTime(START);
      const disk = new Disk(time, new Random(seed));
      disk.makeFolder("/data");
      const file = disk.open("/data/log");
      const work = (async () => {
        await disk.later(() => disk.append(file, "synced\n"));
        await disk.later(() => disk.sync(file));
        await disk.later(() => disk.syncFolder("/data"));
        await disk.later(() => disk.append(file, "written\n"));
      })();
      await time.run(START + 1_000);
      await work;
      disk.processDied();
      equal(disk.read("/data/log"), "synced\nwritten\n");
      disk.powerFailed();
      const left = disk.read("/data/log") ?? "";
      ok(left.startsWith("synced\n") && "synced\nwritten\n".startsWith(left), left);
    }
  });

  it("loses in some power cuts what was not synced, and cuts it in half in some", async () => {
    const left = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const time = new VirtualTime(START);
      const disk = new Disk(time, new Random(seed));
      disk.makeFolder("/data");
      const file = disk.open("/data/log");
      disk.append(file, "12345678");
      disk.syncFolder("/data");
      disk.powerFailed();
      left.add(disk.read("/data/log") ?? "");
    }
    ok(left.has("") && left.has("12345678"));
    ok([...left].some((text) => text.length > 0 && text.length < 8));
  });
});
