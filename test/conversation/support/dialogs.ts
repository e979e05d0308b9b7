import assert from "node:assert/strict";
import type { Sandbox } from "../../../sandbox/index";

/** A portal with one line and one operator who is away, before any bot. */
export function prepareLine({ control }: Sandbox): { line: number; operator: number } {
  const operator = control.addOperator({ name: "Anna", lastName: "Weber", online: false });
  // A bot that stays in the dialog hears what is said there until it is closed.
  const line = control.addLine({ name: "Support", queue: [operator], welcomeBotLeft: "close" });
  return { line, operator };
}

/** Lets the bot of this code answer on the line, as soon as it is registered. */
export function giveLine({ control }: Sandbox, line: number, code: string): number {
  const bot = control.state().bots.find((each) => each.code === code);
  assert.ok(bot, "the bot is registered");
  control.updateLine(line, { bot: bot.id, botEnabled: true, botJoin: "always" });
  return bot.id;
}

/** What clients wrote and what the bot wrote, over all chats, each in order. */
export function transcript({ control }: Sandbox, botId: number): { asked: string[]; answered: string[] } {
  const chats = control.chats().filter(({ type }) => type === "lines");
  const texts = (isWanted: (authorId: number, clientId: number) => boolean): string[] =>
    chats.flatMap(({ id, clientId, messages }) =>
      messages.filter(({ authorId }) => isWanted(authorId, clientId)).map(({ text }) => `${id}: ${text}`),
    );
  return {
    asked: texts((authorId, clientId) => authorId === clientId),
    answered: texts((authorId) => authorId === botId),
  };
}

export interface Count {
  readonly asked: number;
  readonly answered: number;
  readonly missing: string[];
  readonly repeated: string[];
}

/** How a transcript of an echo looks: what has no answer, and what has more than one. */
export function count(sandbox: Sandbox, botId: number): Count {
  const { asked, answered } = transcript(sandbox, botId);
  const answers = new Map<string, number>();
  for (const text of answered) answers.set(text, (answers.get(text) ?? 0) + 1);
  return {
    asked: asked.length,
    answered: answered.length,
    missing: asked.filter((text) => !answers.has(text)),
    repeated: [...answers].filter(([, times]) => times > 1).map(([text]) => text),
  };
}

/** Every message answered exactly once, in any order. */
export function assertEachAnsweredOnce(sandbox: Sandbox, botId: number, asked: number): void {
  assert.deepEqual(count(sandbox, botId), { asked, answered: asked, missing: [], repeated: [] });
}
