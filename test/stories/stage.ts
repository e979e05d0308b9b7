import {
  startSandbox,
  type ChatView,
  type Control,
  type MessageView,
  type RequestEntry,
  type Sandbox,
} from "../../sandbox/index";
import { ensureBuilt } from "../support/built";
import { projectRoot, startNodeRed, type NodeRed } from "../support/node-red";
import { example, type FlowNode, type Language } from "../support/project";

/** An example that runs, and the practice portal behind it. */
export interface Play {
  readonly sandbox: Sandbox;
  readonly control: Control;
  readonly flow: readonly FlowNode[];
  /** The line on which the example's bot answers. */
  readonly line: number;
  /** A client who writes on that line, or on the line given. */
  readonly client: (name: string, options?: { line?: number; connector?: string }) => Client;
  /** Presses the button of an inject node. */
  readonly press: (name: string) => Promise<void>;
  /** Resolves once `holds` is true; asked again at each change of the portal. */
  readonly until: (what: string, holds: () => boolean) => Promise<void>;
}

export interface Client {
  readonly chat: () => ChatView;
  /** Sends a text without waiting. */
  says(text: string): void;
  /**
   * Sends a text and resolves with everything that reached the client up to the message that matches, as soon as the
   * flow knows of it, too: nobody reads and writes faster than the portal answers the bot.
   */
  hears(text: string, answer: RegExp): Promise<string[]>;
  /** Texts that reached the client, from the first one on. */
  readonly heard: () => string[];
}

export interface Stage {
  readonly nodeRed: NodeRed;
  /** Imports an example with a webhook of a fresh practice portal, as a user would, and runs it. */
  play(name: string, options?: PlayOptions): Promise<Play>;
  /** Ends the portal of the last play; for `afterEach`. */
  endPlay(): Promise<void>;
  close(): Promise<void>;
}

export interface PlayOptions {
  /** The language of the example; English without it. */
  language?: Language;
  /** Changes nodes of the example, as somebody would before the deploy. */
  change?: (node: FlowNode, sandbox: Sandbox) => FlowNode;
}

/** Each play has a portal of its own, and a bot that is nobody else's. */
let plays = 0;
const tokenOfPlay = (): string => `token-of-the-story-${plays}`;
const WAIT_MS = 15_000;

/** A real Node-RED with this package from dist/. `env` is its environment. */
export async function openStage(env: Readonly<Record<string, string>> = {}): Promise<Stage> {
  await ensureBuilt();
  const nodeRed = await startNodeRed({ flows: [], settings: { nodesDir: [projectRoot] }, env });
  let sandbox: Sandbox | undefined;
  const endPlay = async (): Promise<void> => {
    if (sandbox === undefined) return;
    // Node-RED forgets what a flow remembered when the flow is gone.
    await nodeRed.deploy([]);
    await sandbox.close();
    sandbox = undefined;
  };
  return {
    nodeRed,
    endPlay,
    async play(name, { language, change = (node: FlowNode) => node } = {}) {
      const flow = example(name, language);
      await endPlay();
      plays++;
      const { botCode, botName }: Partial<FlowNode> = flow.find(isPortal) ?? {};
      const hasBot = typeof botCode === "string" && botCode !== "";
      const sampleBot = { code: String(botCode), name: String(botName), token: tokenOfPlay() };
      sandbox = await startSandbox(hasBot ? { sampleBot } : {});
      if (hasBot) await forgetSampleDialog(sandbox);
      const deployed = await nodeRed.deploy(imported(flow, sandbox, change));
      if (deployed.status >= 300) throw new Error(`${name}: ${deployed.status} ${deployed.text}`);
      return playOn(sandbox, nodeRed, flow);
    },
    async close() {
      await nodeRed.stop();
      await sandbox?.close();
    },
  };
}

const isPortal = (node: FlowNode): boolean => node.type === "bitrix24-portal";

/** The sample's client has written already; the stories begin with what their own clients write. */
async function forgetSampleDialog({ control, webhookUrl }: Sandbox): Promise<void> {
  const last = control.events().queued.at(-1)?.eventId ?? 0;
  const body = JSON.stringify({ botId: control.state().bots[0]?.id, botToken: tokenOfPlay(), offset: last + 1 });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${webhookUrl}imbot.v2.Event.get`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`Event.get: ${answer.status} ${await answer.text()}`);
}

/** Quick polls spare the tests time; everything else stays as it is in the example. */
function imported(flow: readonly FlowNode[], sandbox: Sandbox, change: NonNullable<PlayOptions["change"]>): FlowNode[] {
  const credentials = { webhookUrl: sandbox.webhookUrl, botToken: tokenOfPlay() };
  return flow
    .map((node) => (isPortal(node) ? { ...node, pollInterval: 0.1, credentials } : node))
    .map((node) => change(node, sandbox));
}

function playOn(sandbox: Sandbox, nodeRed: NodeRed, flow: readonly FlowNode[]): Play {
  const { control } = sandbox;
  const line = control.state().lines[0]?.id ?? 0;
  const until = (what: string, holds: () => boolean): Promise<void> => awaited(control, what, holds);
  return {
    sandbox,
    control,
    flow,
    line,
    until,
    client: (name, options = {}) => clientOf(control, until, { client: name, line, ...options }),
    async press(name) {
      const node = flow.find((candidate) => candidate.type === "inject" && candidate["name"] === name);
      if (node === undefined) throw new Error(`There is no button ${name}`);
      const { status } = await nodeRed.request(`inject/${node.id}`, { method: "POST" });
      if (status >= 300) throw new Error(`${name}: ${status}`);
    },
  };
}

function clientOf(
  control: Control,
  until: Play["until"],
  who: { client: string; line: number; connector?: string },
): Client {
  let chatId = 0;
  const chat = (): ChatView => control.chat(chatId);
  const heard = (): string[] =>
    chatId === 0
      ? []
      : chat()
          .messages.filter(reachesClient)
          .map(({ text }) => text);
  const says = (text: string): void => {
    ({ chatId } = control.clientWrites({ ...who, text }));
  };
  return {
    chat,
    heard,
    says,
    async hears(text, answer) {
      const before = heard().length;
      says(text);
      const news = (): string[] => heard().slice(before);
      await until(
        `${who.client} hears ${String(answer)}`,
        () => news().some((message) => answer.test(message)) && control.requests().every(isOver),
      );
      return news();
    },
  };
}

/** A poll may always be under way. */
const isOver = ({ method, ms }: RequestEntry): boolean => ms !== null || method === "imbot.v2.Event.get";

const reachesClient = ({ toClient }: MessageView): boolean => toClient;

function awaited(control: Control, what: string, holds: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      stop();
      settle();
    };
    const told = (): string =>
      JSON.stringify(
        control.chats().map(({ owner, messages }) => ({ owner, messages: messages.map(({ text }) => text) })),
      );
    const timer = setTimeout(() => end(() => reject(new Error(`never: ${what}\n${told()}`))), WAIT_MS);
    const stop = control.on(() => {
      if (holds()) end(resolve);
    });
    if (holds()) end(resolve);
  });
}
