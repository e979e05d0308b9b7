import assert from "node:assert/strict";
import { CallError } from "../../../rest/errors";
import { MOST_INTENTS } from "../../../open-channels/engine/records";
import { act, CHAT, Desk, endOf, FINISH, OPERATOR, say, SEND, SESSION } from "./support/desk";
import { Disk } from "./support/disk";
import { LOST } from "./support/fake-portal";
import { start } from "./support/ledger-state";
import { settle } from "./support/turns";

const MINUTE = 60_000;
const refuse =
  (code: string, outcome: "refused" | "not-sent" | "unknown" = "refused") =>
  (): never => {
    throw new CallError({ code, outcome });
  };

/** A person wrote a message with this id in the dialog. */
function personActs(desk: Desk, person: number, session = SESSION): void {
  desk.kept.ledger.setDialog(CHAT, {
    ...{ owner: "human", cause: "person", session, over: 0, person, client: 599, past: [], since: 1 },
  });
}

function sessionEnds(desk: Desk): void {
  desk.kept.ledger.setDialog(CHAT, {
    ...{
      owner: "closed",
      cause: "portal",
      session: SESSION,
      over: SESSION,
      person: 0,
      client: 599,
      past: [],
      since: 1,
    },
  });
}

/** A desk whose process died with this call's request under way. */
async function cutOff(make: (desk: Desk) => Promise<unknown>): Promise<Desk> {
  const desk = new Desk();
  const { disk, clock } = desk.kept;
  const left = new Disk();
  desk.portal.answer = () => {
    left.log = disk.log;
    return LOST;
  };
  await make(desk).catch(() => undefined);
  return new Desk(start(left, clock));
}

describe("a call on its way: what is on the disk before its request", () => {
  it("is that a bot message has begun, without a sync", async () => {
    const desk = new Desk();
    const { disk } = desk.kept;
    const onDisk: string[] = [];
    desk.portal.answer = () => void onDisk.push(disk.log, disk.done.join());
    await say(desk.work(desk.deliver()), "Hello");
    assert.match(onDisk[0] ?? "", /\["b",5,/);
    assert.equal(onDisk[1]?.includes("sync"), false);
  });

  it("is that any other call has begun, synced", async () => {
    for (const method of [OPERATOR, FINISH, "crm.lead.add"]) {
      const desk = new Desk();
      const { disk } = desk.kept;
      const onDisk: string[] = [];
      desk.portal.answer = () => void onDisk.push(disk.log, disk.done.join());
      await act(desk.work(desk.deliver()), method);
      assert.match(onDisk[0] ?? "", /\["b",5,/);
      assert.match(onDisk[1] ?? "", /append,sync$/);
    }
  });

  it("is waited for, also when it is asked a second time meanwhile", async () => {
    const desk = new Desk();
    desk.portal.asksTwice = true;
    const work = desk.work(desk.deliver());
    await desk.kept.journal.written();
    const open = desk.kept.disk.hold();
    const call = act(work, "crm.lead.add");
    await settle();
    assert.deepEqual(desk.portal.requests, []);
    open();
    assert.equal(await endOf(call), "ok");
  });

  it("is nothing for a read, nor for what waits", async () => {
    const desk = new Desk();
    const work = desk.work(desk.deliver());
    await work.call("crm.lead.get", {}, { safe: true });
    const open = desk.portal.hold();
    const call = act(work, "crm.lead.add");
    await settle();
    await desk.kept.journal.written();
    assert.equal(desk.kept.disk.log.includes('["b"'), false);
    open();
    await call;
  });
});

describe("a call that has ended", () => {
  it("gives its refusal or its doubt again to a later delivery", async () => {
    for (const [code, outcome] of [
      ["ERROR_ARGUMENT", "refused"],
      ["TIMEOUT", "unknown"],
    ] as const) {
      const first = new Desk();
      first.portal.answer = refuse(code, outcome);
      assert.equal(await endOf(act(first.work(first.deliver()), "crm.lead.add")), `${outcome} ${code}`);
      const desk = await first.restart();
      assert.equal(await endOf(act(desk.work(desk.deliver()), "crm.lead.add")), `${outcome} ${code}`);
      assert.deepEqual(desk.portal.requests, []);
    }
  });

  it("is not recorded when it was certainly not sent", async () => {
    const first = new Desk();
    first.portal.answer = refuse("CONNECTION_FAILED", "not-sent");
    assert.equal(await endOf(act(first.work(first.deliver()), "crm.lead.add")), "not-sent CONNECTION_FAILED");
    assert.deepEqual(first.intents(), [null]);
    const desk = await first.restart();
    assert.equal(await endOf(act(desk.work(desk.deliver()), "crm.lead.add")), "ok");
    assert.equal(desk.portal.requests.length, 1);
  });

  it("reads again when it was a read", async () => {
    const desk = new Desk();
    for (const held of [desk.deliver(), desk.deliver()])
      assert.equal((await desk.work(held).call("crm.lead.get", {}, { safe: true })).repeated, undefined);
    assert.equal(desk.portal.requests.length, 2);
  });
});

describe("a call that was cut off", () => {
  it("is sent again with its key when it is a bot message, within 50 minutes", async () => {
    const desk = await cutOff((before) => say(before.work(before.deliver()), "Hello", { safe: false }));
    const key = desk.intents()[0];
    assert.equal(key?.isCutOff, true);
    desk.kept.clock.pass(49 * MINUTE);
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "ok repeated");
    const other = new Desk();
    await say(other.work(other.deliver()), "Hello");
    assert.deepEqual(desk.keys, other.keys, "as the first time");
  });

  it("is in doubt when it is a bot message of long ago", async () => {
    const desk = await cutOff((before) => say(before.work(before.deliver()), "Hello", { safe: false }));
    desk.kept.clock.pass(51 * MINUTE);
    for (let nth = 0; nth < 2; nth++)
      assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "unknown INTERRUPTED");
    assert.deepEqual(desk.portal.requests, []);
  });

  it("is not repeated after 50 minutes by its own retries either", async () => {
    const desk = new Desk();
    desk.portal.answer = () => {
      desk.kept.clock.pass(51 * MINUTE);
      return LOST;
    };
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "unknown INTERRUPTED");
    assert.equal(desk.portal.requests.length, 1);
  });

  it("is asked once more when it hands over, and has done so when the dialog is not the bot's any more", async () => {
    const desk = await cutOff((before) => act(before.work(before.deliver()), OPERATOR));
    desk.portal.answer = refuse("WRONG_CHAT");
    for (let nth = 0; nth < 3; nth++)
      assert.equal(await endOf(act(desk.work(desk.deliver()), OPERATOR)), "ok repeated", `delivery ${nth + 2}`);
    assert.equal(desk.portal.requests.length, 1);
    assert.equal(desk.owners.of(CHAT), "waiting");
    const later = await desk.restart();
    assert.equal(await endOf(act(later.work(later.deliver()), OPERATOR)), "ok repeated");
  });

  it("is refused for a hand-over that the portal refuses the first time", async () => {
    const desk = new Desk();
    desk.portal.answer = refuse("WRONG_CHAT");
    assert.equal(await endOf(act(desk.work(desk.deliver()), OPERATOR)), "refused WRONG_CHAT");
    assert.equal(await endOf(act(desk.work(desk.deliver()), OPERATOR)), "refused WRONG_CHAT");
  });

  it("is in doubt for everything else, for good", async () => {
    const desk = await cutOff((before) => act(before.work(before.deliver()), "crm.lead.add"));
    for (const held of [desk.deliver(), desk.deliver()])
      assert.equal(await endOf(act(desk.work(held), "crm.lead.add")), "unknown INTERRUPTED");
    assert.deepEqual(desk.portal.requests, []);
    assert.equal(desk.intents()[0]?.recorded?.error?.code, "INTERRUPTED");
  });

  it("is in doubt when people have taken the dialog since", async () => {
    const desk = await cutOff((before) => say(before.work(before.deliver()), "Hello", { safe: false }));
    personActs(desk, 9_500);
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "unknown INTERRUPTED");
    assert.deepEqual(desk.portal.requests, []);
  });

  it("may be any unsafe one of an event whose records were lost in part", async () => {
    const desk = new Desk();
    const held = desk.deliver();
    held.event.isDoubtful = true;
    assert.equal(await endOf(act(desk.work(held), "crm.lead.add")), "unknown INTERRUPTED");
    assert.equal(await endOf(say(desk.work(held), "Hello")), "ok");
    assert.equal(await endOf(act(desk.work(held), OPERATOR)), "ok");
    assert.equal(await endOf(desk.work(held).call("crm.lead.get", {}, { safe: true })), "ok");
    assert.equal(desk.portal.calls.includes("crm.lead.add"), false);
  });
});

describe("a call that stays back", () => {
  it("does so by what is known when its request goes out", async () => {
    for (const call of [
      (desk: Desk) => say(desk.work(desk.deliver()), "Hello"),
      (desk: Desk) => act(desk.work(desk.deliver()), OPERATOR),
      (desk: Desk) => act(desk.work(desk.deliver()), FINISH),
    ]) {
      const desk = new Desk();
      const open = desk.portal.hold();
      const waiting = call(desk);
      personActs(desk, 9_002);
      open();
      assert.equal(await endOf(waiting), "not-sent PEOPLE_HAVE_THE_DIALOG");
      assert.deepEqual(desk.portal.requests, []);
      assert.deepEqual(desk.intents(), []);
    }
  });

  for (const asksTwice of [false, true])
    it(`does so when a person acts while the disk is at work${asksTwice ? ", asked twice" : ""}`, async () => {
      const desk = new Desk();
      desk.portal.asksTwice = asksTwice;
      const held = desk.deliver();
      await desk.kept.journal.written();
      const open = desk.kept.disk.hold();
      const waiting = act(desk.work(held), FINISH);
      await settle();
      personActs(desk, 9_002);
      open();
      assert.equal(await endOf(waiting), "not-sent PEOPLE_HAVE_THE_DIALOG");
      assert.deepEqual(desk.portal.requests, []);
      assert.deepEqual(desk.intents(), [null]);
    });

  it("goes out when the person acts only after it was asked, or wrote before the event", async () => {
    const desk = new Desk();
    personActs(desk, 9_000);
    desk.portal.answer = () => void personActs(desk, 9_002);
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "ok");
  });

  it("yields to the recorded result", async () => {
    const desk = new Desk();
    await say(desk.work(desk.deliver()), "Hello");
    personActs(desk, 9_002);
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "ok repeated");
    sessionEnds(desk);
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "ok repeated");
  });

  it("goes out over people where the flow's author wants it, but not in a session that is over", async () => {
    const desk = new Desk();
    personActs(desk, 9_002);
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello", { yieldsTo: "session" })), "ok");
    personActs(desk, 9_002, SESSION + 1);
    assert.equal(await endOf(say(desk.work(desk.deliver("6")), "a", { yieldsTo: "session" })), "not-sent SESSION_OVER");
    sessionEnds(desk);
    assert.equal(await endOf(say(desk.work(desk.deliver("6")), "b", { yieldsTo: "session" })), "not-sent SESSION_OVER");
    assert.equal(await endOf(say(desk.work(desk.deliver("6")), "c")), "not-sent SESSION_OVER");
  });

  it("is none that yields to nobody, and none of a message without an event", async () => {
    const desk = new Desk();
    personActs(desk, 9_002);
    assert.equal(await endOf(desk.work(desk.deliver()).call(OPERATOR, { CHAT_ID: CHAT })), "ok");
    assert.equal(await endOf(say(desk.work(null), "Hello")), "ok");
    assert.equal(await endOf(act(desk.work(null), FINISH)), "ok");
  });
});

describe("a call in other circumstances", () => {
  it("has a random key, and is recorded nowhere, without an event", async () => {
    const desk = new Desk();
    await say(desk.work(null), "Hello");
    await say(desk.work(null), "Hello");
    assert.equal(new Set(desk.keys).size, 2);
    assert.match(String(desk.keys[0]), /^[\da-f-]{36}$/);
    assert.equal(desk.kept.disk.log, "");
  });

  it("has one and stays back all the same behind 500 others of its event", async () => {
    const desk = new Desk();
    const held = desk.deliver();
    for (let nth = 0; nth <= MOST_INTENTS; nth++) assert.equal(await endOf(say(desk.work(held), `text ${nth}`)), "ok");
    assert.equal(desk.intents().length, MOST_INTENTS);
    assert.equal(new Set(desk.keys).size, MOST_INTENTS + 1);
    personActs(desk, 9_002);
    assert.equal(await endOf(say(desk.work(held), "more")), "not-sent PEOPLE_HAVE_THE_DIALOG");
  });

  it("is protected as any other when only the older method is there, which knows no key", async () => {
    const first = new Desk();
    const { disk } = first.kept;
    let done = "";
    first.portal.answer = ({ method }) => {
      if (method === SEND) return refuse("ERROR_METHOD_NOT_FOUND")();
      done = disk.done.join();
      return LOST;
    };
    const otherwise = { method: "imbot.message.add", params: { MESSAGE: "Hello" }, safe: false };
    const call = say(first.work(first.deliver()), "Hello", { safe: false, otherwise });
    assert.equal(await endOf(call), "unknown CONNECTION_LOST");
    assert.match(done, /sync$/);
    assert.deepEqual(
      first.intents().map((one) => one?.kind ?? null),
      [null, "other"],
    );
    const desk = await first.restart();
    assert.equal(await endOf(say(desk.work(desk.deliver()), "Hello")), "unknown CONNECTION_LOST");
    assert.deepEqual(desk.portal.requests, []);
  });

  it("keeps its key for its own repeats only", async () => {
    const desk = new Desk();
    desk.portal.answer = ({ attempt }) => (attempt === 1 ? LOST : true);
    const work = desk.work(desk.deliver());
    await say(work, "Hello");
    await say(work, "Hello");
    const [first, repeated, second, again] = desk.keys;
    assert.equal(first, repeated);
    assert.equal(second, again);
    assert.notEqual(first, second);
  });

  it("tells the owners what it did, whichever event it belongs to", async () => {
    const desk = new Desk();
    await act(desk.work(desk.deliver()), OPERATOR);
    assert.equal(desk.owners.of(CHAT), "waiting");
    await act(desk.work(null), FINISH);
    assert.equal(desk.owners.of(CHAT), "closed");
    desk.portal.answer = () => LOST;
    assert.equal(await endOf(act(desk.work(null), OPERATOR)), "unknown CONNECTION_LOST");
    assert.equal(desk.owners.of(CHAT), "waiting");
    assert.equal(await endOf(act(desk.work(null), FINISH)), "unknown CONNECTION_LOST");
    assert.equal(desk.owners.of(CHAT), "waiting");
  });
});
