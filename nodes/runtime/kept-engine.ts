import { Engine } from "../../open-channels/engine/engine";
import type { JournalStorage } from "../../open-channels/engine/storage";
import type { Environment, Host, KeptEngine } from "./environment";

/**
 * The engine of a config node: the one that its predecessor left in a partial deploy, else a new one on what is stored.
 * Where nothing can be stored it remembers as long as the process lives, and the host hears of it.
 */
export function takeEngine(
  environment: Environment,
  userDir: string | undefined,
  nodeId: string,
  host: Host,
): KeptEngine {
  const kept = environment.engines.get(nodeId);
  if (kept) {
    kept.host = host;
    return kept;
  }
  const made: { engine: Engine | null; host: Host } = { engine: null, host };
  const engineOn = (storage: JournalStorage): Engine =>
    new Engine({
      clock: environment.clock,
      random: environment.random,
      storage,
      onNotice: (notice) => made.host.notice(notice),
      onFault: (what) => made.host.fault(what),
    });
  made.engine = openOrRemember(environment, userDir, nodeId, host, engineOn);
  const engine = made as KeptEngine;
  environment.engines.set(nodeId, engine);
  return engine;
}

function openOrRemember(
  environment: Environment,
  userDir: string | undefined,
  nodeId: string,
  host: Host,
  engineOn: (storage: JournalStorage) => Engine,
): Engine {
  try {
    return engineOn(environment.openStorage(userDir, nodeId));
  } catch {
    // The one thing to know is that nothing is kept; Node-RED's own log says more about its user directory.
    host.notice({ kind: "memoryOnly" });
    return engineOn(environment.openMemory(nodeId));
  }
}

/** Ends an engine for good; what it knows is stored. */
export async function endEngine(environment: Environment, nodeId: string): Promise<void> {
  const kept = environment.engines.get(nodeId);
  environment.engines.delete(nodeId);
  await kept?.engine.close();
}
