/**
 * The practice portal in a process of its own, with the strict request counter and calls that take their time.
 * Arguments: number of dialogs, ms for each request, ms for each call in it. Asked by any message, it tells its counts.
 */
import { startSandbox } from "../../sandbox/index";

export interface PracticePortal {
  readonly webhookUrl: string;
  readonly chats: readonly number[];
}

export interface Counts {
  /** Calls that were carried out. */
  readonly executed: number;
  /** Requests that arrived, and those of them that the counter turned away. */
  readonly requests: number;
  readonly refused: number;
}

const [dialogs = 0, latencyMs = 0, callMs = 0] = process.argv.slice(2).map(Number);

void startSandbox({ requestLimit: "standard" }).then(({ webhookUrl, control }) => {
  control.configure({ latencyMs, callMs });
  const chats = Array.from(
    { length: dialogs },
    (_, number) => control.clientWrites({ line: 1, client: `client ${number}`, text: "Hello" }).chatId,
  );
  process.on("message", () => {
    const { executed, requests, refused } = control.state().counters;
    process.send?.({ executed, requests, refused } satisfies Counts);
  });
  process.send?.({ webhookUrl, chats } satisfies PracticePortal);
});
process.on("disconnect", () => process.exit());
