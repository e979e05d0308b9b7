/** The control of the practice portal over HTTP. */
import type { Actions, Changes, Reads } from "../../../control/api";

const BASE = "/sandbox/api/";
const RETRY_MS = 1000;

interface Body {
  result?: unknown;
  error?: string;
}

async function resultOf(answer: Response): Promise<unknown> {
  const body = (await answer.json()) as Body;
  if (!answer.ok) throw new Error(body.error ?? `HTTP ${answer.status}`);
  return body.result;
}

/** Reads; a parameter without value is left out. Throws what the portal refuses with. */
export async function read<Name extends keyof Reads>(
  name: Name,
  ...[parameters]: Parameters<Reads[Name]>
): Promise<ReturnType<Reads[Name]>> {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters ?? {})) {
    if (value !== undefined) query.set(key, String(value));
  }
  const answer = await fetch(`${BASE}${name}?${query.toString()}`, { cache: "no-store" });
  return (await resultOf(answer)) as ReturnType<Reads[Name]>;
}

/** Does something. Throws what the portal refuses with. */
export async function act<Name extends keyof Actions>(
  name: Name,
  ...[parameters]: Parameters<Actions[Name]>
): Promise<ReturnType<Actions[Name]>> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify(parameters ?? {});
  const answer = await fetch(BASE + name, { method: "POST", headers, body });
  return (await resultOf(answer)) as ReturnType<Actions[Name]>;
}

export interface Follower {
  /** After each connection, when anything may have changed. */
  opened(): void;
  changed(changes: Changes): void;
  lost(): void;
}

/** Follows the portal's changes forever. */
export function follow(follower: Follower): void {
  const source = new EventSource(`${BASE}stream`);
  source.onopen = () => follower.opened();
  source.onmessage = (event: MessageEvent<string>) => follower.changed(JSON.parse(event.data) as Changes);
  source.onerror = () => {
    follower.lost();
    source.close();
    setTimeout(() => follow(follower), RETRY_MS);
  };
}
