import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { emptyInbox, type InboxState } from "../../open-channels/inbox";

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
  /** Saves soon; several changes at once cost one write. `state` is asked for when it is written. */
  save(state: () => BotState): void;
  /** Ends when everything saved so far is written. */
  flush(): Promise<void>;
}

/** Forgets with the process. */
export function memoryStore(): StateStore {
  let saved: BotState | null = null;
  return {
    durable: false,
    load: () => saved,
    save: (state) => {
      saved = state();
    },
    flush: () => Promise.resolve(),
  };
}

/**
 * One small file below the user directory, replaced as a whole and readable for its owner only.
 * @param onFailure told when a write failed, or when the file cannot be read
 */
export function fileStore(folder: string, name: string, onFailure: (error: Error) => void): StateStore {
  const path = join(folder, `${name.replace(/[^\w.-]/g, "_")}.json`);
  let wanted: (() => BotState) | null = null;
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    while (wanted) {
      const state = wanted();
      wanted = null;
      try {
        await writeFileAtomic(path, JSON.stringify(state), { mode: 0o600 });
      } catch (error) {
        onFailure(asError(error));
      }
    }
    writing = null;
  }

  return {
    durable: true,
    load: () => readState(path, onFailure),
    save(state) {
      wanted = state;
      writing ??= write();
    },
    async flush() {
      while (writing) await writing;
    },
  };
}

/** A store in `userDir`, or in memory where nothing can be written there. */
export function openStore(userDir: string | undefined, name: string, onFailure: (error: Error) => void): StateStore {
  if (!userDir) return memoryStore();
  const folder = join(userDir, "bitrix24");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    onFailure(asError(error));
    return memoryStore();
  }
  return fileStore(folder, name, onFailure);
}

function readState(path: string, onFailure: (error: Error) => void): BotState | null {
  if (!existsSync(path)) return null;
  try {
    const state = JSON.parse(readFileSync(path, "utf8")) as Partial<BotState> | null;
    return state?.version === 1 ? { ...emptyState(state.owner ?? ""), ...state } : null;
  } catch (error) {
    // An unreadable state is set aside, so that nothing of it is overwritten unseen.
    onFailure(asError(error));
    renameSync(path, `${path}.broken`);
    return null;
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error("unexpected"));
