import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { onAbort } from "../../rest/abort";

describe("abort: many tasks of one signal", () => {
  it("share one listener, are done in order, and once", () => {
    const stop = new AbortController();
    const done: number[] = [];
    for (let number = 0; number < 100; number++) onAbort(stop.signal, () => done.push(number));
    const listeners = getEventListeners(stop.signal, "abort").length;
    stop.abort();
    stop.abort();
    assert.equal(listeners, 1);
    assert.deepEqual(
      done,
      Array.from({ length: 100 }, (_, number) => number),
    );
  });

  it("are not done once they have been taken back, also by one of them", () => {
    const stop = new AbortController();
    const done: string[] = [];
    const forget = onAbort(stop.signal, () => done.push("taken back before"));
    onAbort(stop.signal, () => {
      done.push("first");
      forgetLast();
    });
    const forgetLast = onAbort(stop.signal, () => done.push("taken back by the first"));
    forget();
    stop.abort();
    assert.deepEqual(done, ["first"]);
  });

  it("leave other signals alone", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const done: string[] = [];
    onAbort(one.signal, () => done.push("one"));
    onAbort(other.signal, () => done.push("other"));
    one.abort();
    assert.deepEqual(done, ["one"]);
  });

  it("look like no leak to Node.js", async () => {
    const stop = new AbortController();
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", note);
    for (let number = 0; number < 50; number++) onAbort(stop.signal, () => undefined);
    // Warnings come in the order in which they arise, so after this one all earlier ones are known.
    const last = once(process, "warning");
    process.emitWarning("the end", { type: "LastWarning" });
    await last;
    process.removeListener("warning", note);
    assert.deepEqual(
      warnings.filter((name) => name === "MaxListenersExceededWarning"),
      [],
    );
  });
});
