import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../../sandbox/index";
import { ensureBuilt } from "../../support/built";
import { projectRoot, startNodeRed, type NodeRed } from "../../support/node-red";
import { giveLine, prepareLine } from "./dialogs";
import { until } from "./until";

export type FlowNode = Record<string, unknown> & { id: string; type: string };

export const CODE = "echo_bot";
export const PORTAL = "portal1";

/** Answers each message with itself. */
export function echoFlow(portal: Record<string, unknown> = {}, between: FlowNode[] = []): FlowNode[] {
  const place = { z: "tab1", x: 100, y: 100 };
  const [first] = between;
  return [
    { id: "tab1", type: "tab", label: "Echo" },
    {
      id: PORTAL,
      type: "bitrix24-portal",
      plan: "enterprise",
      botCode: CODE,
      botName: "Echo",
      eventMode: "fetch",
      pollInterval: "0.1",
      ...portal,
    },
    {
      id: "event1",
      type: "bitrix24-event",
      portal: PORTAL,
      events: ["message"],
      ...place,
      wires: [[first?.id ?? "send1"], []],
    },
    ...between.map((node) => ({ ...place, wires: [["send1"]], ...node })),
    { id: "send1", type: "bitrix24-send", portal: PORTAL, mode: "bot", ...place, wires: [[], []] },
  ];
}

/** A portal, and a Node-RED in a process of its own that can be killed and started again in the same user folder. */
export interface BotProcess {
  readonly sandbox: Sandbox;
  readonly line: number;
  readonly operator: number;
  readonly botId: number;
  readonly userDir: string;
  nodeRed(): NodeRed;
  /** Takes the process away in the middle of whatever it does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  deploy(flow: FlowNode[], type: "full" | "nodes" | "flows"): Promise<void>;
  end(): Promise<void>;
}

export interface ProcessOptions {
  readonly flow: (publicUrl: string) => FlowNode[];
  readonly sandbox?: SandboxOptions;
  readonly settings?: Record<string, unknown>;
  /** A fixed port: the portal has to know the address before Node-RED runs. */
  readonly port?: number;
}

export async function startBotProcess(options: ProcessOptions): Promise<BotProcess> {
  await ensureBuilt();
  const userDir = await mkdtemp(join(tmpdir(), "bot-"));
  const sandbox = await startSandbox({ blank: true, ...options.sandbox });
  const { line, operator } = prepareLine(sandbox);
  const flow = options.flow(`http://127.0.0.1:${options.port ?? 0}`);
  let nodeRed: NodeRed | undefined;
  const running = (): NodeRed => {
    if (nodeRed === undefined) throw new Error("Node-RED does not run");
    return nodeRed;
  };

  async function start(): Promise<void> {
    nodeRed = await startNodeRed({
      userDir,
      flows: flow,
      credentials: { [PORTAL]: { webhookUrl: sandbox.webhookUrl } },
      settings: { nodesDir: [projectRoot], ...options.settings, ...(options.port && { uiPort: options.port }) },
    });
  }

  async function end(): Promise<void> {
    await nodeRed?.stop();
    await sandbox.close();
    await rm(userDir, { recursive: true, force: true });
  }

  try {
    await start();
    await until(sandbox, () => sandbox.control.state().bots.some(({ code }) => code === CODE), "the bot is registered");
  } catch (error) {
    const log = nodeRed?.log() ?? "";
    await end();
    throw new Error(`the bot did not start:\n${log}`, { cause: error });
  }
  return {
    sandbox,
    line,
    operator,
    botId: giveLine(sandbox, line, CODE),
    userDir,
    nodeRed: running,
    async kill() {
      const { process: child } = running();
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
    start,
    async deploy(next, type) {
      const { status, text } = await running().request("flows", {
        body: next,
        headers: { "Node-RED-Deployment-Type": type },
      });
      if (status !== 204) throw new Error(`deploy: ${status} ${text}`);
    },
    end,
  };
}

/** Lets clients write in turn, one message every `pause` ms; resolves when all is written. */
export function writeMessages(
  { sandbox, line }: BotProcess,
  texts: readonly string[],
  { clients = 8, pause = 20 }: { clients?: number; pause?: number } = {},
): Promise<void> {
  return new Promise((resolve) => {
    let next = 0;
    const writing = setInterval(() => {
      const text = texts[next];
      if (text === undefined) {
        clearInterval(writing);
        resolve();
      } else sandbox.control.clientWrites({ line, client: `Client ${next++ % clients}`, text });
    }, pause);
  });
}

export const numbered = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, at) => `message ${from + at}`);
