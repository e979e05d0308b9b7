import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox/index";

export interface Answered {
  status: number;
  text: string;
  /** Parsed JSON, or null. */
  body: Record<string, unknown> | null;
  headers: Headers;
}

/** A clock that moves only by hand. */
export class Clock {
  ms = Date.UTC(2026, 9, 1, 12);
  readonly now = (): number => this.ms;
  forward(seconds: number): void {
    this.ms += seconds * 1000;
  }
}

export const TOKEN = "sandbox-bot-token";

/** Runs with a fresh sandbox, which is closed whatever happens. */
export async function withSandbox<T>(options: SandboxOptions, run: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox(options);
  try {
    return await run(sandbox);
  } finally {
    await sandbox.close();
  }
}

export async function read(response: Response): Promise<Answered> {
  const text = await response.text();
  let body: Answered["body"] = null;
  if (text.startsWith("{")) {
    try {
      body = JSON.parse(text) as Record<string, unknown>;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return { status: response.status, text, body, headers: response.headers };
}

/** A call with a JSON body. */
export async function call(sandbox: Sandbox, method: string, params: unknown = {}): Promise<Answered> {
  return read(
    await fetch(sandbox.webhookUrl + method, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json" },
      body: typeof params === "string" ? params : JSON.stringify(params),
    }),
  );
}

/** A call with a form body. */
export async function form(sandbox: Sandbox, method: string, body: string): Promise<Answered> {
  return read(
    await fetch(sandbox.webhookUrl + method, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body,
    }),
  );
}

/** The result of a call that must succeed. */
export async function result(sandbox: Sandbox, method: string, params: unknown = {}): Promise<unknown> {
  const answered = await call(sandbox, method, params);
  if (answered.status !== 200 || answered.body === null)
    throw new Error(`${method}: ${answered.status} ${answered.text}`);
  return answered.body.result;
}

/** Status and code of a refusal, as one word. */
export async function refusal(sandbox: Sandbox, method: string, params: unknown = {}): Promise<string> {
  const { status, body, text } = await call(sandbox, method, params);
  return body === null || !("error" in body) ? `${status} ${text}` : `${status} ${String(body.error)}`;
}

/** The sample's first chat and its bot. */
export function sample(sandbox: Sandbox): { chatId: number; botId: number; anna: number; ivan: number; maria: number } {
  const state = sandbox.control.state();
  const id = (name: string): number => state.operators.find((user) => user.name === name)?.id ?? 0;
  return {
    chatId: sandbox.control.chats()[0]?.id ?? 0,
    botId: state.bots[0]?.id ?? 0,
    anna: id("Anna"),
    ivan: id("Ivan"),
    maria: id("Maria"),
  };
}
