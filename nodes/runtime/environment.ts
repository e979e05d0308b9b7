import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Engine } from "../../open-channels/engine/engine";
import type { EngineNotice } from "../../open-channels/engine/notices";
import { memoryStorage, type JournalStorage, type Memory } from "../../open-channels/engine/storage";
import { fileStorage } from "../../open-channels/engine/file-storage";
import type { Readers } from "../../open-channels/bot/session";
import { systemClock, type Clock } from "../../rest/clock";
import { DispatcherRegistry } from "../../rest/registry";
import type { Transport } from "../../rest/http";

/** Who hears of an engine: the config node that uses it now. */
export interface Host {
  notice(notice: EngineNotice): void;
  fault(what: string): void;
}

/** An engine that outlives its config node when a partial deploy replaces that. */
export interface KeptEngine {
  readonly engine: Engine;
  host: Host;
}

/** What a process gives to the nodes: time, randomness, network, disk, and what is shared by all of its config nodes. */
export interface Environment {
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Absent: HTTP. */
  readonly createTransport?: () => Transport;
  /**
   * The storage of a config node's memory.
   * @param userDir Node-RED's user directory, undefined where it has none
   * @throws the file system's error when nothing can be kept there
   */
  readonly openStorage: (userDir: string | undefined, name: string) => JournalStorage;
  /** A storage that lasts as long as the process. */
  readonly openMemory: (name: string) => JournalStorage;
  readonly dispatchers: DispatcherRegistry;
  readonly readers: Readers;
  /** Engines whose config node is being replaced by a partial deploy. */
  readonly engines: Map<string, KeptEngine>;
}

/** The folder below the user directory that holds the memories of bots. */
const memoryFolder = (userDir: string): string => join(userDir, "bitrix24");

export function createEnvironment(): Environment {
  const memory: Memory = new Map();
  const openMemory = (name: string): JournalStorage => memoryStorage(memory, name);
  return {
    clock: systemClock,
    randomBytes,
    random: Math.random,
    openStorage: (userDir, name) => (userDir ? fileStorage(memoryFolder(userDir), name) : openMemory(name)),
    openMemory,
    dispatchers: new DispatcherRegistry(),
    readers: new Map(),
    engines: new Map(),
  };
}

/** This process. */
export const processEnvironment = createEnvironment();
