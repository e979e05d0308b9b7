import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import { emptyInbox, type InboxState } from "../../open-channels/events/inbox-parts";
import { systemClock, type Clock } from "../../rest/clock";
import { isObject } from "../../rest/envelope";
import { isDraftOf, replaceFile } from "./atomic-file";

/** Everything about one bot that has to survive a restart. */
export interface BotState extends InboxState {
  version: 1;
  /** Whose state it is: another portal or bot must not go on from here. */
  owner: string;
  /** A token made here because the config node had none. */
  token: string;
  /** The address that was brought to the portal last. */
  handlerUrl: string;
}

export const emptyState = (owner: string): BotState => ({
  version: 1,
  owner,
  token: "",
  handlerUrl: "",
  ...emptyInbox(),
});

/** What `store` knows of this bot. Of another portal's or bot's state only the token is worth keeping. */
export function restoreState(store: StateStore, owner: string): BotState {
  const saved = store.load();
  return saved?.owner === owner ? saved : { ...emptyState(owner), token: saved?.token ?? "" };
}

/** A strong token for a bot whose config node has none; the same after each restart. */
export function ownToken(store: StateStore, state: BotState): string {
  if (state.token === "") {
    state.token = randomBytes(24).toString("base64url");
    store.save(() => state);
  }
  return state.token;
}

/** Keeps one bot's state. A store for several instances comes behind the same interface. */
export interface StateStore {
  /** Whether what is saved survives the process. */
  readonly durable: boolean;
  load(): BotState | null;
  /** Saves soon; changes that follow each other quickly cost one write. `state` is asked for when it is written. */
  save(state: () => BotState): void;
  /** Writes what is saved so far without a pause, and ends when it is written. */
  flush(): Promise<void>;
}

/** What the memory stores of this process hold: a deploy makes new nodes, but not a new process. */
const memory = new Map<string, BotState>();

/** Forgets with the process. */
export function memoryStore(name: string): StateStore {
  return {
    durable: false,
    load: () => memory.get(name) ?? null,
    save: (state) => void memory.set(name, state()),
    flush: () => Promise.resolve(),
  };
}

/**
 * Least time between the beginnings of two writes, ms. Each one waits for the disk and writes everything anew: one for
 * every call of a storm would cost more than the call and wear out memory cards.
 */
const WRITE_GAP = 50;

/**
 * One small file below the user directory, replaced as a whole and readable for its owner only.
 * @param onFailure told when a write failed, or when the file cannot be read
 */
export function fileStore(
  folder: string,
  name: string,
  onFailure: (error: Error) => void,
  clock: Clock = systemClock,
): StateStore {
  const file = `${name.replace(/[^\w.-]/g, "_")}.json`;
  const path = join(folder, file);
  let wanted: (() => BotState) | null = null;
  let writing: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let hasFailed = false;
  let nextWriteAt = 0;
  let inHurry = false;
  let endPause = (): void => undefined;

  async function write(state: BotState): Promise<void> {
    try {
      await replaceFile(path, JSON.stringify(state));
      hasFailed = false;
    } catch (error) {
      // A full disk stays full for a while, and each event would say so again.
      if (!hasFailed) onFailure(asError(error));
      hasFailed = true;
    }
  }

  function pause(): Promise<void> {
    const rest = nextWriteAt - clock.now();
    if (rest <= 0 || inHurry) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(rest, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  /** One write at a time; what changes meanwhile goes with the next one. */
  function writeWanted(): Promise<void> {
    const state = wanted?.();
    wanted = null;
    next = null;
    inHurry = false;
    nextWriteAt = clock.now() + WRITE_GAP;
    if (state === undefined) return Promise.resolve();
    const mine = write(state).finally(() => {
      if (writing === mine) writing = null;
    });
    writing = mine;
    return mine;
  }

  return {
    durable: true,
    load() {
      removeLeftovers(folder, file);
      return readState(path, onFailure);
    },
    save(state) {
      wanted = state;
      next ??= (writing ?? Promise.resolve()).then(pause).then(writeWanted);
    },
    flush() {
      inHurry = next !== null;
      endPause();
      return next ?? writing ?? Promise.resolve();
    },
  };
}

/** A process that was killed in the middle of a write leaves a draft behind. */
function removeLeftovers(folder: string, file: string): void {
  for (const name of readdirSync(folder)) if (isDraftOf(file, name)) rmSync(join(folder, name), { force: true });
}

/** A store in `userDir`, or in memory where nothing can be written there. */
export function openStore(userDir: string | undefined, name: string, onFailure: (error: Error) => void): StateStore {
  if (!userDir) return memoryStore(name);
  const folder = join(userDir, "bitrix24");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    onFailure(asError(error));
    return memoryStore(name);
  }
  return fileStore(folder, name, onFailure);
}

function readState(path: string, onFailure: (error: Error) => void): BotState | null {
  if (!existsSync(path)) return null;
  try {
    const state = JSON.parse(readFileSync(path, "utf8")) as unknown;
    const whole = { ...emptyState(""), ...(isObject(state) && (state as Partial<BotState>)) };
    if (!isObject(state) || state["version"] !== 1 || !isState(whole)) throw new Error(`unreadable: ${basename(path)}`);
    return whole;
  } catch (error) {
    onFailure(asError(error));
    setAside(path, onFailure);
    return null;
  }
}

/** People open files, and disks fail: what does not fit would stop the node from starting. */
function isState({ owner, token, handlerUrl, cursor, done, owners, posted }: BotState): boolean {
  return (
    [owner, token, handlerUrl].every((value) => typeof value === "string") &&
    Number.isSafeInteger(cursor) &&
    [done, owners, posted].every(Array.isArray) &&
    done.every((key) => typeof key === "string") &&
    owners.every((entry) => Array.isArray(entry) && isObject(entry[1])) &&
    posted.every((delivery) => isObject(delivery) && typeof delivery.name === "string" && isObject(delivery.data))
  );
}

/** An unreadable state is kept, so that nothing of it is overwritten unseen. */
function setAside(path: string, onFailure: (error: Error) => void): void {
  try {
    renameSync(path, `${path}.broken`);
  } catch (error) {
    onFailure(asError(error));
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error("unexpected"));
