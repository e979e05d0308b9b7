import assert from "node:assert/strict";
import type { Owner } from "../../../open-channels/engine/meaning";
import { CHAT, CLIENT, Dialog, facts, PERSON, SESSION } from "./support/happenings";
import { restarted } from "./support/ledger-state";

const held = (dialog: Dialog, messageId: number | null, change: Parameters<typeof facts>[1] = {}): string | null =>
  dialog.owners.heldBack(facts(messageId, change), CHAT, false);

describe("whose turn it is, by what people write", () => {
  it("is the bot's until something else is known", () => {
    assert.equal(new Dialog().owner, "bot");
    assert.equal(new Dialog().owners.of(null), "bot");
    assert.equal(new Dialog().client(1).client(2).owner, "bot");
  });

  it("is a person's from their message on, and what the client wrote before it stays back", () => {
    const dialog = new Dialog().client(1).person(3).client(4);
    assert.equal(dialog.owner, "human");
    assert.deepEqual(
      [1, 2, 3, 4].map((id) => held(dialog, id)),
      ["PEOPLE_HAVE_THE_DIALOG", "PEOPLE_HAVE_THE_DIALOG", null, null],
    );
    assert.equal(dialog.owners.ofSession(facts(1)), "human", "it leaves by output 2 all the same");
  });

  it("is known from a whole page before anything of it is handed out, whatever the order", () => {
    const dialog = new Dialog().person(3).client(1);
    assert.equal(dialog.owners.ofSession(facts(1)), "human");
    assert.equal(held(dialog, 1), "PEOPLE_HAVE_THE_DIALOG");
  });

  it("counts for an event without a message what a person had done when it came", () => {
    const dialog = new Dialog().person(3);
    assert.equal(held(dialog, null, { personBefore: 0 }), "PEOPLE_HAVE_THE_DIALOG");
    assert.equal(held(dialog, null, { personBefore: 3 }), null);
    assert.equal(dialog.owners.hasPersonActed(facts(null, { personBefore: 3 })), false);
    assert.equal(dialog.owners.hasPersonActed(facts(2)), true);
  });

  it("is not changed by the bot's own messages nor by the system's", () => {
    assert.equal(new Dialog().person(3, { userId: 7 }).person(4, { userId: 0 }).owner, "bot");
  });

  it("takes somebody without details for a person only where somebody else is known to be the client", () => {
    assert.equal(new Dialog().somebody(3, PERSON).owner, "bot");
    assert.equal(new Dialog().client(1).somebody(3, CLIENT).owner, "bot");
    assert.equal(new Dialog().client(1).somebody(3, PERSON).owner, "human");
  });

  it("waits for people when the client writes 0 as PHP's trim leaves it", () => {
    for (const text of ["0", " 0\n", "\t\0 0\v\r"])
      assert.equal(new Dialog().client(1, { text }).owner, "waiting", text);
    for (const text of ["00", "0 0", "0.", "\u00a00", "\f0", ""])
      assert.equal(new Dialog().client(1, { text }).owner, "bot", JSON.stringify(text));
    assert.equal(new Dialog().person(1).client(2, { text: "0" }).owner, "human");
    assert.equal(new Dialog().person(1, { text: "0" }).owner, "human");
    assert.equal(held(new Dialog().client(1, { text: "0" }), 1), null, "that is no act of a person");
  });
});

describe("whose turn it is, by sessions", () => {
  it("is the bot's again with a new one", () => {
    const dialog = new Dialog().person(3).client(8, { sessionId: SESSION + 1 });
    assert.equal(dialog.owner, "bot");
    assert.equal(held(dialog, 8, { sessionId: SESSION + 1 }), null);
    assert.equal(held(dialog, 1), "SESSION_OVER");
    assert.equal(dialog.owners.heldBack(facts(1), CHAT, true), "SESSION_OVER", "nothing lifts that");
  });

  it("is that of an event's own session, which may be the one before", () => {
    const dialog = new Dialog().person(3).client(8, { sessionId: SESSION + 1 });
    assert.equal(dialog.owners.ofSession(facts(1)), "human");
    assert.equal(dialog.owners.ofSession(facts(1, { sessionId: SESSION - 1 })), "closed");
    assert.equal(dialog.owners.ofSession(facts(1, { sessionId: SESSION + 1 })), "bot");
    assert.equal(dialog.owners.ofSession(facts(1, { sessionId: null })), "bot");
  });

  it("is that of an event's own session however many have followed, as long as people had it", async () => {
    const dialog = new Dialog().client(1).person(3);
    for (const later of [1, 2, 3, 4]) dialog.client(10 * later, { sessionId: SESSION + later });
    const again = new Dialog(await restarted(dialog.kept));
    for (const { owners } of [dialog, again]) {
      assert.equal(owners.ofSession(facts(1)), "human");
      assert.equal(owners.hasPersonActed(facts(1)), true);
      assert.equal(owners.hasPersonActed(facts(4)), false);
      assert.equal(owners.ofSession(facts(10, { sessionId: SESSION + 1 })), "closed");
      assert.equal(owners.ofSession(facts(30, { sessionId: SESSION + 3 })), "bot");
    }
    dialog.person(12, { sessionId: SESSION + 1 });
    assert.equal(dialog.owners.ofSession(facts(10, { sessionId: SESSION + 1 })), "human", "an event that came late");
    assert.equal(dialog.owner, "bot");
    assert.equal(dialog.owners.personIn({ chatId: CHAT, sessionId: SESSION + 1 }), 12);
  });

  it("is taken for people's in a session before all that are remembered", () => {
    const dialog = new Dialog();
    for (let session = SESSION; session < SESSION + 9; session++) dialog.person(3, { sessionId: session });
    assert.equal(dialog.owners.ofSession(facts(1)), "human");
    assert.equal(dialog.owners.hasPersonActed(facts(1)), true);
    assert.equal(dialog.person(5).owners.ofSession(facts(1)), "human");
  });

  it("learns from late events of the one before only about that one", () => {
    const dialog = new Dialog()
      .client(1)
      .client(8, { sessionId: SESSION + 1 })
      .person(3);
    assert.equal(dialog.owner, "bot");
    assert.equal(dialog.owners.ofSession(facts(1)), "human");
    assert.equal(dialog.owners.hasPersonActed(facts(1)), true);
    assert.equal(dialog.owners.hasPersonActed(facts(4)), false);
    assert.equal(dialog.client(4, { text: "0" }).owner, "bot");
  });

  it("is nobody's when it is over, and its calls stay back", () => {
    const dialog = new Dialog().client(1).finish();
    assert.equal(dialog.owner, "closed");
    assert.equal(held(dialog, 1), "SESSION_OVER");
    assert.equal(dialog.client(2, { sessionId: SESSION + 1 }).owner, "bot");
  });

  it("goes on when the client writes in one that was closed", () => {
    const dialog = new Dialog().client(1).finish().client(2);
    assert.equal(held(dialog, 2), null);
    assert.equal(dialog.owners.ofSession(facts(2)) === "human", false);
  });

  it("is over by the flow's own closing too", () => {
    const dialog = new Dialog().client(1).called("closed");
    assert.equal(held(dialog, 1), "SESSION_OVER");
  });

  it("is the bot's when it is asked in, also where the older API names no session", () => {
    assert.equal(new Dialog().person(3).joins(null).owner, "bot");
    assert.equal(held(new Dialog().person(3).joins(null), 1, { sessionId: null }), null);
    assert.equal(new Dialog().person(3).joins(SESSION).owner, "human");
    assert.equal(new Dialog().person(3).joins(SESSION + 1).owner, "bot");
  });

  it("has no part in other chats, nor in those that are no dialogs", () => {
    const dialog = new Dialog().person(3, { chatId: 102 });
    assert.equal(dialog.owner, "bot");
    assert.equal(dialog.owners.of(102), "human");
    const { data, ...rest } = { name: "ONIMBOTV2MESSAGEADD", id: 1, date: 1, data: { chat: { id: CHAT } } };
    assert.equal(new Dialog().see({ ...rest, data: { ...data, user: { id: 11 }, message: { id: 4 } } }).owner, "bot");
  });
});

describe("whose turn it is, by calls", () => {
  it("is what a success makes of it", () => {
    for (const owner of ["waiting", "human", "closed"] as const)
      for (const before of ["waiting", "human", "closed", "bot"] as const)
        assert.equal(new Dialog().client(1).called(before).called(owner).owner, owner);
  });

  it("moves towards people only when the outcome is unknown", () => {
    const after = (before: Owner, owner: Owner): Owner =>
      new Dialog().client(1).called(before).called(owner, { isCertain: false }).owner;
    for (const before of ["bot", "waiting", "human", "closed"] as const) {
      assert.equal(after(before, "closed"), before);
      assert.equal(after(before, "human"), "human");
      assert.equal(after(before, "waiting"), before === "human" ? "human" : "waiting");
    }
    assert.equal(held(new Dialog().client(1).called("closed", { isCertain: false }), 1), null);
  });

  it("lets the flow's own words go out after its hand-over, until the person writes", () => {
    for (const owner of ["waiting", "human"] as const) {
      const dialog = new Dialog().client(1).called(owner);
      assert.equal(held(dialog, 1), null);
      assert.equal(dialog.owners.hasPersonActed(facts(1)), false);
      assert.equal(held(dialog.person(2), 1), "PEOPLE_HAVE_THE_DIALOG");
      assert.equal(dialog.owners.heldBack(facts(1), CHAT, true), null);
    }
  });

  it("holds back what comes from another chat's event as long as a person has this one", () => {
    const other = facts(1, { chatId: 102, key: "6" });
    const back = (dialog: Dialog): string | null => dialog.owners.heldBack(other, CHAT, false);
    assert.equal(back(new Dialog()), null);
    assert.equal(back(new Dialog().client(1)), null);
    assert.equal(back(new Dialog().person(3)), "PEOPLE_HAVE_THE_DIALOG");
    assert.equal(back(new Dialog().called("human", { event: "5" })), "PEOPLE_HAVE_THE_DIALOG");
    assert.equal(back(new Dialog().called("human", { event: "6" })), null, "its own transfer");
    assert.equal(back(new Dialog().called("waiting", { event: "5" })), null, "nobody has it yet");
    assert.equal(back(new Dialog().client(1).finish()), null, "of no session");
    assert.equal(new Dialog().person(3).owners.heldBack(other, CHAT, true), null);
  });

  it("is what somebody has chosen", () => {
    const dialog = new Dialog().person(3);
    dialog.owners.assign(CHAT, "bot");
    assert.equal(dialog.owner, "bot");
    assert.equal(held(dialog, 1), null);
    dialog.owners.assign(CHAT, "human");
    assert.equal(dialog.owner, "human");
  });
});

describe("whose turn it is, after a restart", () => {
  it("is as before, with all that matters for what stays back", async () => {
    const dialog = new Dialog()
      .client(1)
      .person(3)
      .client(8, { sessionId: SESSION + 1 })
      .person(9, { sessionId: SESSION + 1 });
    const again = new Dialog(await restarted(dialog.kept));
    assert.equal(again.owner, "human");
    assert.equal(again.owners.ofSession(facts(1)), "human");
    assert.equal(held(again, 8, { sessionId: SESSION + 1 }), "PEOPLE_HAVE_THE_DIALOG");
    assert.equal(held(again, 1), "SESSION_OVER");
    assert.equal(
      again.somebody(10, CLIENT).owners.personIn({ chatId: CHAT, sessionId: null }),
      9,
      "the client is still known",
    );
  });

  it("is written only when something changes", async () => {
    const dialog = new Dialog().client(1).person(3);
    await dialog.kept.journal.written();
    const { length } = dialog.kept.disk.log;
    dialog.client(4).client(5).person(3).client(6, { text: "0" });
    await dialog.kept.journal.written();
    assert.equal(dialog.kept.disk.log.length, length);
  });
});
