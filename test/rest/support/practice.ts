import { parseWebhookUrl } from "../../../rest/address";
import { openPortal, type CallOptions, type Portal, type PortalSettings, type Success } from "../../../rest/portal";
import { SAMPLE_BOT, type Sandbox, type SandboxOptions } from "../../../sandbox/index";
import { startFreshSandbox } from "../../support/fresh-sandbox";

/** A practice portal with the door to it, and what a test needs to send and to count. */
export interface Practice {
  readonly sandbox: Sandbox;
  readonly portal: Portal;
  readonly chatId: number;
  /** Dialogs of further clients. */
  readonly addChats: (count: number) => number[];
  readonly open: (settings?: Partial<PortalSettings>) => Portal;
  /** An automatic message: nothing protects it from arriving twice. */
  readonly sendUnsafe: (text: string, chatId?: number, portal?: Portal) => Promise<Success>;
  /** A message of the bot with a templateId: the portal drops a second copy. */
  readonly sendSafe: (text: string, chatId?: number, options?: CallOptions) => Promise<Success>;
  /** How often the portal executed a call with this text. */
  readonly executions: (text: string) => number;
  /** How often this text stands in a chat. */
  readonly arrived: (text: string, chatId?: number) => number;
  /** Requests that the counter turned away. */
  readonly refused: () => number;
  close(): Promise<void>;
}

export const UNSAFE = "imopenlines.bot.session.message.send";
export const SAFE = "imbot.v2.Chat.Message.send";

let templates = 0;
const nextTemplate = (): string => `00000000-0000-4000-8000-${String(++templates).padStart(12, "0")}`;

export async function startPractice(
  settings: Partial<PortalSettings> = {},
  options: SandboxOptions = {},
): Promise<Practice> {
  const sandbox = await startFreshSandbox(options);
  const { control } = sandbox;
  const opened: Portal[] = [];
  const open = (own: Partial<PortalSettings> = {}): Portal => {
    const one = openPortal({ webhook: parseWebhookUrl(sandbox.webhookUrl), grace: 100, ...settings, ...own });
    opened.push(one);
    return one;
  };
  const portal = open();
  const botId = control.state().bots[0]?.id ?? 0;
  const first = control.chats()[0]?.id ?? 0;
  const textOf = (params: Record<string, unknown>): unknown =>
    params["MESSAGE"] ?? (params["fields"] as Record<string, unknown> | undefined)?.["message"];
  return {
    sandbox,
    portal,
    chatId: first,
    open,
    addChats: (count) =>
      Array.from(
        { length: count },
        (_, at) => control.clientWrites({ line: 1, client: `Client ${at}`, text: "Hello" }).chatId,
      ),
    sendUnsafe: (text, chatId = first, by = portal) =>
      by.call(UNSAFE, { CHAT_ID: chatId, NAME: "DEFAULT", MESSAGE: text }, { chat: `chat${chatId}` }),
    sendSafe: (text, chatId = first, own = {}) =>
      portal.call(
        SAFE,
        {
          botId,
          botToken: SAMPLE_BOT.token,
          dialogId: `chat${chatId}`,
          fields: { message: text, templateId: nextTemplate() },
        },
        { chat: `chat${chatId}`, safe: true, ...own },
      ),
    executions: (text) => control.log().filter(({ params }) => textOf(params) === text).length,
    arrived: (text, chatId = first) => control.chat(chatId).messages.filter((message) => message.text === text).length,
    refused: () => control.requests().filter((request) => request.refused).length,
    async close() {
      const closing = Promise.all(opened.map((one) => one.close()));
      await sandbox.close();
      await closing;
    },
  };
}
