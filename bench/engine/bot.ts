import { Engine } from "../../open-channels/engine/engine";
import type { Listener } from "../../open-channels/engine/handovers";
import type { JournalStorage } from "../../open-channels/engine/storage";
import type { ActionCallOptions } from "../../open-channels/engine/work";
import type { BotEvent } from "../../open-channels/events/event";
import type { Clock } from "../../rest/clock";
import type { JsonObject } from "../../rest/envelope";
import type { Portal } from "../../rest/portal";
import { answeringPortal } from "./answering-portal";
import { BOT_ID } from "./messages";

/** The call by which a flow answers. */
export interface Answer {
  readonly method: string;
  readonly params: (chatId: number) => JsonObject;
  readonly options: Omit<ActionCallOptions, "chatId">;
}

/** As *send* makes it: the portal drops a repeat, so it waits for the write only. */
export const BOT_MESSAGE: Answer = {
  method: "imbot.v2.Chat.Message.send",
  params: (chatId) => ({
    botId: BOT_ID,
    botToken: "a token of a bot",
    dialogId: `chat${chatId}`,
    fields: { message: "We are open on Saturday from ten to four. Your order is ready." },
  }),
  options: { kind: "message", safe: true, lane: "conversation", yieldsTo: "people", keyed: (key) => ({ key }) },
};

/** As *send* in automatic mode makes it: nobody could drop a repeat, so it waits for the disk. */
export const AUTOMATIC_MESSAGE: Answer = {
  method: "imopenlines.bot.session.message.send",
  params: (chatId) => ({ CHAT_ID: chatId, NAME: "DEFAULT", MESSAGE: "We are open on Saturday from ten to four." }),
  options: { kind: "other", lane: "conversation", yieldsTo: "people" },
};

/** A bot on an engine: one event node, and one action that answers each message at once. */
export class AnsweringBot {
  readonly engine: Engine;
  readonly #portal: Portal;
  readonly #answer: Answer;
  /** Messages that were answered, and messages that were left to people. */
  answered = 0;
  left = 0;
  readonly #faults: string[] = [];

  constructor(clock: Clock, storage: JournalStorage, answer: Answer) {
    this.#portal = answeringPortal(clock);
    this.#answer = answer;
    this.engine = new Engine({
      clock,
      storage,
      random: () => 0.5,
      onNotice: ({ kind }) => void this.#faults.push(kind),
      onFault: (what) => void this.#faults.push(what),
    });
    this.engine.useBot(BOT_ID, "https://portal.example/rest/", "mark");
    const listener: Listener = {
      id: "2f1c5a8e9b7d4036",
      topics: new Set(),
      openChannelsOnly: true,
      confirm: "handled",
      confirmTimeout: 60_000,
      emit: (event, _owner, output) => this.#take(event, output),
    };
    this.engine.subscribe(listener);
    this.engine.flowsStarted(null);
  }

  /** @throws when the engine had something to say: then the measurement measured something else */
  check(): void {
    if (this.#faults.length > 0) throw new Error(`The engine said: ${this.#faults.join(", ")}.`);
  }

  #take(event: BotEvent, output: 0 | 1): void {
    if (output === 1) this.left++;
    else
      this.#respond(event).then(
        () => void this.answered++,
        (error: unknown) => void this.#faults.push(String(error)),
      );
  }

  async #respond({ conversation }: BotEvent): Promise<void> {
    const chatId = conversation.chatId ?? 0;
    const { work, held } = this.engine.begin({ ...conversation }, "7d40362f1c5a8e9b", this.#portal);
    try {
      const { method, params, options } = this.#answer;
      await work.call(method, params(chatId), { ...options, chatId });
    } finally {
      this.engine.end(held, false);
    }
  }
}
