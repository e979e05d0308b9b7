import { cp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { asPortalNode } from "../../../../nodes/runtime/portal-node";
import type { Engine } from "../../../../open-channels/engine/engine";
import { PORTAL, type FlowNode, type Message, type Scene } from "../../support/scene";

/** What the bot has written into a conversation, in order. */
export function botWrote(scene: Scene, chatId: number): string[] {
  const botId = scene.botId();
  return scene.control
    .chat(chatId)
    .messages.filter(({ authorId }) => authorId === botId)
    .map(({ text }) => text);
}

/** What a conversation holds beside notes of the system: who wrote what, in order. */
export function spoken(scene: Scene, chatId: number): string[] {
  const botId = scene.botId();
  const { clientId, messages } = scene.control.chat(chatId);
  const nameOf = (id: number): string => (id === clientId ? "client" : id === botId ? "bot" : "person");
  return messages.filter(({ system }) => !system).map(({ authorId, text }) => `${nameOf(authorId)}: ${text}`);
}

export const texts = (messages: readonly Message[]): unknown[] => messages.map(({ payload }) => payload);

export const owners = (messages: readonly Message[]): unknown[] => messages.map(({ bitrix24 }) => bitrix24["owner"]);

export const errorOf = (message: Message | undefined): Record<string, unknown> =>
  (message?.["error"] ?? {}) as Record<string, unknown>;

export const polls = ({ control }: Scene): number =>
  control.log().filter(({ method }) => method === "imbot.v2.Event.get").length;

/** Waits until the portal has been asked for events `count` more times, so that nothing that is there was overlooked. */
export async function morePolls(scene: Scene, count = 2): Promise<void> {
  const before = polls(scene);
  await scene.until(() => polls(scene) >= before + count, `${count} more polls`);
}

/** How many calls of a method the portal has executed. */
export const executed = ({ control }: Scene, name: string): number =>
  control.log().filter(({ method }) => method.toLowerCase() === name.toLowerCase()).length;

/** The engine behind the scene's config node. */
export function engineOf(scene: Scene): Engine {
  const engine = asPortalNode(scene.node(PORTAL))?.connection?.engine;
  if (!engine) throw new Error("the config node runs");
  return engine;
}

/** Collects what comes to nodes of the type `helper`; to be called again after a deploy that makes them anew. */
export function collect(scene: Scene, id: string): Message[] {
  const messages: Message[] = [];
  scene.node(id)?.on("input", (msg) => void messages.push(msg as unknown as Message));
  return messages;
}

/** The flow with one node saved anew, which a deploy of changed nodes restarts. */
export const touched = (flow: readonly FlowNode[], id: string): FlowNode[] =>
  flow.map((node) =>
    node.id === id ? { ...node, name: `${typeof node["name"] === "string" ? node["name"] : ""}*` } : node,
  );

export const same = (flow: readonly FlowNode[]): FlowNode[] => flow.map((node) => ({ ...node }));

/**
 * What a kill leaves: the files as they are now, nothing confirmed to the portal, and no message in any node. Then the
 * flows start anew.
 * @param meanwhile what happens on the portal before that
 */
export async function crash(scene: Scene, userDir: string, meanwhile = (): void => undefined): Promise<void> {
  const { flow, control } = scene;
  const folder = join(userDir, "bitrix24");
  const copy = join(userDir, "as-it-was");
  // Node-RED forgets the credentials of nodes that go.
  const credentials = structuredClone(scene.credentials);
  await cp(folder, copy, { recursive: true });
  const away = control.addFault({ kind: "drop-before", count: Infinity });
  await scene.deploy([]);
  await rm(folder, { recursive: true });
  await rename(copy, folder);
  control.removeFault(away);
  meanwhile();
  Object.assign(scene.credentials, credentials);
  await scene.deploy(flow);
}
