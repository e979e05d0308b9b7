import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const projectRoot = join(__dirname, "../..");

/** Name of the Node-RED package under test: `node-red` (4.1) or `node-red-5`. */
export const nodeRedPackage = process.env["NODE_RED"] ?? "node-red";

/** Folder of the Node-RED package under test. */
export const nodeRedFolder = join(projectRoot, "node_modules", nodeRedPackage);

/** The Node.js binary that runs Node-RED; NODE_BIN names another one than the running one. */
const nodeBinary = process.env["NODE_BIN"] ?? process.execPath;

export type Flow = readonly Readonly<Record<string, unknown>>[];

export interface NodeRedOptions {
  /** User folder; a fresh temporary one, removed by `stop`, when missing. */
  userDir?: string;
  flows?: Flow;
  /** Credentials by node id, as a user would have typed them. */
  credentials?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Added to the settings file; what JSON can carry. */
  settings?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, string>>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; throws when it is none. */
  json<T>(): T;
}

export interface NodeRed {
  /** Address of the editor and the admin API, without a slash at the end. */
  readonly url: string;
  readonly userDir: string;
  readonly process: ChildProcess;
  /** Everything Node-RED has printed so far. */
  log(): string;
  /** Asks the admin API; a body is sent as JSON. */
  request(
    path: string,
    options?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Deploys flows as the editor does, `credentials` inside of the nodes included, and waits until they run. */
  deploy(flows: Flow): Promise<Answer>;
  /** Resolves when the flows have been started once more, whoever deploys them; to be called before that. */
  startedAgain(): Promise<void>;
  /** Ends Node-RED as Ctrl+C would and waits for it. */
  stop(): Promise<void>;
}

/** A flow that never answers must not look like a slow one. */
const REQUEST_TIMEOUT_MS = 15_000;

const DEFAULTS = {
  uiPort: 0,
  uiHost: "127.0.0.1",
  flowFile: "flows.json",
  // Plain credentials on disk let a test lay them there; nothing in a test is secret.
  credentialSecret: false,
  editorTheme: { tours: false },
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
};

/**
 * The settings file tells the parent process when the server listens and when the flows run, so that nobody has to
 * guess from the log, whose texts depend on the language. It also ends Node-RED when the tests are gone.
 */
function settingsFile(settings: Readonly<Record<string, unknown>>): string {
  return `const settings = ${JSON.stringify({ ...DEFAULTS, ...settings })};
let port;
Object.defineProperty(settings, "serverPort", {
  enumerable: true,
  get: () => port,
  set: (value) => { port = value; process.send({ event: "listening", port }); },
});
require(${JSON.stringify(nodeRedFolder)}).events.on("flows:started", () => process.send({ event: "started" }));
process.on("disconnect", () => process.exit());
module.exports = settings;
`;
}

async function fillUserDir(options: NodeRedOptions): Promise<string> {
  const userDir = options.userDir ?? (await mkdtemp(join(tmpdir(), "node-red-")));
  await mkdir(userDir, { recursive: true });
  await writeFile(join(userDir, "settings.js"), settingsFile(options.settings ?? {}));
  if (options.flows !== undefined) await writeFile(join(userDir, "flows.json"), JSON.stringify(options.flows));
  if (options.credentials !== undefined)
    await writeFile(join(userDir, "flows_cred.json"), JSON.stringify(options.credentials));
  return userDir;
}

/** Resolves with the port once Node-RED listens and runs its flows; rejects when it ends before. */
async function ready(child: ChildProcess, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    let port: number | undefined;
    let started = false;
    child.on("message", (message: { event: string; port?: number }) => {
      if (message.event === "listening") port = message.port;
      if (message.event === "started") started = true;
      if (port !== undefined && started) resolve(port);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Node-RED ended with code ${code} while starting:\n${log()}`)));
  });
}

async function request(url: string, options: { method?: string; body?: unknown; headers?: Record<string, string> }) {
  const response = await fetch(url, {
    method: options.method ?? (options.body === undefined ? "GET" : "POST"),
    headers: { accept: "application/json", "content-type": "application/json", ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: <T>() => JSON.parse(text) as T };
}

/** Resolves when the flows have been started once more. */
function startedAgain(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const listen = ({ event }: { event: string }) => {
      if (event !== "started") return;
      child.off("message", listen);
      resolve();
    };
    child.on("message", listen);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  // Node-RED gives its nodes 15 s to close; what still lives after that hangs.
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await exited;
  clearTimeout(timer);
}

/** Starts a real Node-RED in a process of its own, on a free port, and waits until its flows run. */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRed> {
  if (!existsSync(nodeRedFolder)) throw new Error(`No such package: ${nodeRedFolder}`);
  const userDir = await fillUserDir(options);
  const child = fork(join(nodeRedFolder, "red.js"), ["--userDir", userDir], {
    execPath: nodeBinary,
    execArgv: [],
    cwd: userDir,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const log = () => output;
  const removeOwn = () => (options.userDir === undefined ? rm(userDir, { recursive: true, force: true }) : undefined);
  try {
    const url = `http://127.0.0.1:${await ready(child, log)}`;
    const deploy = async (flows: Flow) => {
      const running = startedAgain(child);
      const answer = await request(`${url}/flows`, { body: flows });
      if (answer.status < 300) await running;
      return answer;
    };
    return {
      url,
      userDir,
      process: child,
      log,
      deploy,
      startedAgain: () => startedAgain(child),
      request: (path, init = {}) => request(`${url}/${path.replace(/^\//, "")}`, init),
      stop: async () => {
        await end(child);
        await removeOwn();
      },
    };
  } catch (error) {
    await end(child);
    await removeOwn();
    throw error;
  }
}
