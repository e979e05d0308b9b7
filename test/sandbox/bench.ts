import {
  createPortal,
  type ChatView,
  type MessageView,
  type PortalOptions,
  type PostedEvent,
  type PracticePortal,
} from "../../sandbox/index";
import { parseStr } from "../../sandbox/rest/forms";
import type { Params } from "../../sandbox/portal/php";
import { Clock, TOKEN } from "./support";

/** A portal in this process with its sample dialog: two bots more can be registered, in either way of delivery. */
export class Bench {
  readonly clock = new Clock();
  readonly portal: PracticePortal;
  readonly posts: PostedEvent[] = [];
  readonly botId: number;
  readonly chatId: number;
  #offset = 0;

  constructor(options: PortalOptions = {}) {
    this.portal = createPortal({ now: this.clock.now, ...options });
    this.portal.onPost((event) => {
      this.posts.push(event);
    });
    this.botId = this.portal.control.state().bots[0]?.id ?? 0;
    this.chatId = this.portal.control.chats()[0]?.id ?? 0;
    this.fetched();
  }

  /** The id of an operator, by first name. */
  person(name: string): number {
    const found = this.portal.control.state().operators.find((operator) => operator.name === name);
    if (found === undefined) throw new Error(`nobody is called ${name}`);
    return found.id;
  }

  /** The result of a call that must succeed. */
  result(method: string, params: Params = {}): unknown {
    const { status, body, text } = this.portal.handle(method, params);
    if (status !== 200 || body === null) throw new Error(`${method}: ${status} ${text}`);
    return body.result;
  }

  /** Status and code of a refusal, or 200. */
  code(method: string, params: Params = {}): string {
    const { status, body } = this.portal.handle(method, params);
    return status === 200 ? "200" : `${status} ${String(body?.error)}`;
  }

  /** A 2.0 call of the sample's bot. */
  v2(method: string, params: Params = {}): unknown {
    return this.result(`imbot.v2.${method}`, { botId: this.botId, botToken: TOKEN, ...params });
  }

  v2Code(method: string, params: Params = {}): string {
    return this.code(`imbot.v2.${method}`, { botId: this.botId, botToken: TOKEN, ...params });
  }

  /** The sample's bot writes into the sample's dialog. */
  says(fields: Params): number {
    return (this.v2("Chat.Message.send", { dialogId: `chat${this.chatId}`, fields }) as { id: number }).id;
  }

  /** The sample's client writes. */
  writes(text: string, more: Partial<{ client: string; connector: string }> = {}): number {
    return this.portal.control.clientWrites({ line: 1, client: "Olga Sommer", text, ...more }).messageId;
  }

  /** What the sample's bot has not fetched yet. */
  fetched(): { type: string; data: Record<string, Params> }[] {
    const { events, nextOffset } = this.v2("Event.get", { offset: this.#offset, limit: 1000 }) as {
      events: { type: string; data: Record<string, Params> }[];
      nextOffset: number;
    };
    this.#offset = nextOffset;
    return events;
  }

  /** What was posted since the last time, with its form read. */
  posted(): { event: string; data: Record<string, Params> }[] {
    return this.posts.splice(0).map(({ body }) => parseStr(body) as { event: string; data: Record<string, Params> });
  }

  /** A 1.0 bot on line 1; events of all kinds go to its handler. */
  oldBot(clientId = "old-bot"): number {
    const id = this.result("imbot.register", {
      CLIENT_ID: clientId,
      CODE: clientId,
      TYPE: "O",
      EVENT_HANDLER: "https://node.example/hook",
      PROPERTIES: { NAME: "Old" },
    });
    this.portal.control.updateLine(1, { bot: Number(id) });
    return Number(id);
  }

  /** A 2.0 bot on line 1 that gets its events posted. */
  hookedBot(): { botId: number; botToken: string } {
    const botToken = "hooked-token";
    const { bot } = this.result("imbot.v2.Bot.register", {
      botToken,
      fields: {
        ...{ code: "hooked", type: "openline", properties: { name: "Hooked" } },
        ...{ eventMode: "webhook", webhookUrl: "https://node.example/v2" },
      },
    }) as { bot: { id: number } };
    this.portal.control.updateLine(1, { bot: bot.id });
    return { botId: bot.id, botToken };
  }

  chat(id = this.chatId): ChatView {
    return this.portal.control.chat(id);
  }

  message(id: number, chatId = this.chatId): MessageView | undefined {
    return this.chat(chatId).messages.find((message) => message.id === id);
  }
}
