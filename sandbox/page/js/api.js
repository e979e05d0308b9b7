/** The control of the practice portal over HTTP. */
const BASE = "/sandbox/api/";

async function resultOf(answer) {
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? `HTTP ${answer.status}`);
  return body.result;
}

/** Reads; a parameter without value is left out. */
export async function read(name, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined));
  return resultOf(await fetch(`${BASE}${name}?${query}`, { cache: "no-store" }));
}

export async function act(name, parameters = {}) {
  const headers = { "Content-Type": "application/json" };
  return resultOf(await fetch(BASE + name, { method: "POST", headers, body: JSON.stringify(parameters) }));
}

const RETRY_MS = 1000;

/** Follows the portal's changes for ever; `opened` is told after each (re)connection, when anything may have changed. */
export function follow({ opened, changed, lost }) {
  const source = new EventSource(`${BASE}stream`);
  source.onopen = opened;
  source.onmessage = (event) => changed(JSON.parse(event.data));
  source.onerror = () => {
    lost();
    source.close();
    setTimeout(() => follow({ opened, changed, lost }), RETRY_MS);
  };
}
