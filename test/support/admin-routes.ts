import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Sandbox } from "../../sandbox/index";
import { startFreshSandbox } from "./fresh-sandbox";
import { ensureBuilt } from "./built";
import { nodeRedFolder, projectRoot, startNodeRed, type Flow, type NodeRed } from "./node-red";

const fromNodeRed = createRequire(join(nodeRedFolder, "package.json"));
const fromApi = createRequire(fromNodeRed.resolve("@node-red/editor-api"));
const bcrypt = fromApi("bcryptjs") as { hashSync(password: string, rounds: number): string };

/** People who may log in, with what they may do. */
const PEOPLE = { writer: "*", reader: "read", nobody: "" } as const;

/** The bot's token as it was typed, and the one that a dialog makes for a new bot. */
export const TOKEN = "token-that-nobody-sees-0123456789";
export const NEW_TOKEN = "fresh-token-that-nobody-sees-01234567";

export type Body = Record<string, unknown>;

export interface Told {
  status: number;
  body: Body & { error?: { code: string; message: string; hint: string } };
}

/** A Node-RED with logins, a portal, and the questions that the dialogs ask. */
export class AdminRoutes {
  nodeRed!: NodeRed;
  /** A fresh portal for each test. */
  sandbox!: Sandbox;
  /** The portal whose address stands in an environment variable. */
  named!: Sandbox;
  #logins: Record<string, string> = {};

  async start(): Promise<void> {
    await ensureBuilt();
    const users = Object.entries(PEOPLE).map(([username, permissions]) => ({
      ...{ username, permissions },
      password: bcrypt.hashSync(username, 4),
    }));
    this.named = await startFreshSandbox({ blank: true });
    this.nodeRed = await startNodeRed({
      settings: { nodesDir: [projectRoot], adminAuth: { type: "credentials", users } },
      env: { B24_TEST_ONLY: "not-a-webhook", B24_TEST_PORTAL: this.named.webhookUrl },
    });
    for (const [name, scope] of Object.entries(PEOPLE)) {
      const login = { client_id: "node-red-admin", grant_type: "password", scope, username: name, password: name };
      const answer = await this.nodeRed.request("auth/token", { body: login });
      this.#logins[name] = answer.json<{ access_token: string }>().access_token;
    }
  }

  async stop(): Promise<void> {
    await this.nodeRed?.stop();
    await this.named?.close();
  }

  /** What nobody may ever be told. */
  get secrets(): string[] {
    return [this.sandbox.secret, this.named.secret, TOKEN, NEW_TOKEN];
  }

  authorization(as: string): Record<string, string> {
    return as === "" ? {} : { authorization: `Bearer ${this.#logins[as] ?? ""}` };
  }

  /** Asks a route as the editor does. No answer ever holds a secret. */
  async ask(path: string, body: Body, { id = "new1", as = "writer" } = {}): Promise<Told> {
    const headers = this.authorization(as);
    const { status, text } = await this.nodeRed.request(`bitrix24/${id}/${path}`, { method: "POST", body, headers });
    for (const secret of this.secrets) assert.ok(!text.includes(secret), `${path} tells a secret: ${text}`);
    return { status, body: text.startsWith("{") ? (JSON.parse(text) as Told["body"]) : {} };
  }

  /** A question that is refused with a code, a sentence, and what to do. */
  async refusal(path: string, body: Body, code: string, options = {}): Promise<void> {
    const told = await this.ask(path, body, options);
    assert.equal(told.status, 422, JSON.stringify(told.body));
    const { error } = told.body;
    assert.equal(error?.code, code);
    for (const words of [error.message, error.hint]) assert.match(words, /^\p{Lu}.*\S$/su);
  }

  /** What a dialog sends that was not deployed yet. */
  fresh(more: Body = {}): Body {
    return { webhookUrl: this.sandbox.webhookUrl, ...more };
  }

  /** The same with a bot. */
  wanted(more: Body = {}): Body {
    const bot = { botCode: "support_bot", botName: "Support", newToken: NEW_TOKEN, eventMode: "fetch" };
    return this.fresh({ ...bot, ...more });
  }

  /** Deploys a portal node with these credentials, and waits until it runs. */
  async deploy(credentials: Body, more: Body = {}, others: Flow = []): Promise<void> {
    const portal = { id: "portal1", type: "bitrix24-portal", name: "", botCode: "", ...more, credentials };
    const flows = [{ id: "tab1", type: "tab", label: "Flow" }, portal, ...others];
    const running = new Promise<void>((resolve) => {
      const listen = ({ event }: { event: string }): void => {
        if (event !== "started") return;
        this.nodeRed.process.off("message", listen);
        resolve();
      };
      this.nodeRed.process.on("message", listen);
    });
    const { status } = await this.nodeRed.request("flows", { body: flows, headers: this.authorization("writer") });
    assert.equal(status, 204);
    await running;
  }
}

/** Gives a suite one Node-RED with logins, and each of its tests a portal of its own. */
export function eachWithAdminRoutes(): AdminRoutes {
  const routes = new AdminRoutes();
  before(() => routes.start());
  after(() => routes.stop());
  beforeEach(async () => {
    routes.sandbox = await startFreshSandbox({ blank: true });
  });
  afterEach(() => routes.sandbox.close());
  return routes;
}
