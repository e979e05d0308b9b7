/** Keeps the store up to date: what the stream names as changed is read again, a few times a second at most. */
import type { LogEntry, RequestEntry } from "../../../portal/records";
import type { Change, ChatView } from "../../../portal/view-types";
import { follow, read } from "./api";
import { newest } from "./recent";
import { chooseChat, store, tell, type PageChat, type Part } from "./store";

const MAX_MESSAGES = 500;
const MAX_CALLS = 500;
const MANY_CHATS = 6;
const PAUSE_MS = 80;
const LONGEST_PAUSE_MS = 500;

interface Wanted {
  all: boolean;
  state: boolean;
  traffic: boolean;
  faults: boolean;
  events: boolean;
  chats: Set<number>;
}

let wanted = nothing();
let running = false;
let lastRun = 0;
let lastDuration = 0;

function nothing(): Wanted {
  return { all: false, state: false, traffic: false, faults: false, events: false, chats: new Set() };
}

function isAnything({ all, state, traffic, faults, events, chats }: Wanted): boolean {
  return all || state || traffic || faults || events || chats.size > 0;
}

export function startFollowing(): void {
  follow({
    opened() {
      store.connected = true;
      tell("connection");
      wanted.all = true;
      schedule();
    },
    lost() {
      store.connected = false;
      tell("connection");
    },
    changed(changes) {
      for (const change of changes) note(change);
      schedule();
    },
  });
}

/** Reads a chat again: the chosen one with all its messages. */
export function wantChat(id: number): void {
  wanted.chats.add(id);
  schedule();
}

export function wantState(): void {
  wanted.state = true;
  schedule();
}

function note(change: Change): void {
  switch (change.kind) {
    case "chat":
      if (change.chatId !== undefined) wanted.chats.add(change.chatId);
      break;
    case "log":
    case "request":
      // A call may have fetched events, and it counts.
      wanted.traffic = wanted.state = wanted.events = true;
      break;
    case "fault":
      wanted.faults = true;
      break;
    case "event":
    case "delivery":
      wanted.events = true;
      break;
    case "reset":
      wanted.all = true;
      break;
    default:
      wanted.state = true;
  }
}

function schedule(): void {
  if (running) return;
  running = true;
  // A portal under load answers slowly; asking it more often would not make it faster.
  const pause = Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, 2 * lastDuration));
  setTimeout(() => void run(), Math.max(0, lastRun + pause - performance.now()));
}

async function run(): Promise<void> {
  const began = performance.now();
  const now = wanted;
  let failed = false;
  wanted = nothing();
  try {
    tell(...(await (now.all ? everything() : parts(now))));
  } catch (error) {
    // The portal is away or was reset meanwhile: all of it is read again when it is back.
    console.warn(error);
    wanted.all = true;
    failed = true;
  }
  lastRun = performance.now();
  lastDuration = failed ? LONGEST_PAUSE_MS : lastRun - began;
  running = false;
  if (store.connected && isAnything(wanted)) schedule();
}

async function everything(): Promise<Part[]> {
  const [state, chats, faults, events, calls, requests] = await Promise.all([
    read("state"),
    read("chats", { messages: 1 }),
    read("faults"),
    read("events"),
    read("log", { last: 2 * MAX_CALLS }),
    read("requests", { last: 2 * MAX_CALLS }),
  ]);
  Object.assign(store, { state, faults, events });
  store.calls = [];
  store.requests = new Map();
  store.chats = new Map(chats.map((chat) => [chat.id, chat]));
  store.transcripts = new Map();
  addTraffic(calls, requests);
  await checkChoice();
  return ["state", "chats", "traffic", "faults", "events", "selection"];
}

/** What was chosen may be gone; the page never begins empty when there is a conversation. */
async function checkChoice(): Promise<void> {
  const [kind, id] = (store.client ?? "").split(":");
  if (kind === "chat" && !store.chats.has(Number(id))) store.client = null;
  if (store.dialog !== null && !store.chats.has(store.dialog)) store.dialog = null;
  if (store.client === null) {
    const newestChat = [...store.chats.values()].findLast((chat) => chat.type === "lines");
    if (newestChat !== undefined) chooseChat(newestChat.id);
  }
  const shown = new Set([store.dialog, kind === "chat" ? Number(id) : null]);
  for (const chatId of shown) if (chatId !== null && store.chats.has(chatId)) await readChat(chatId);
}

async function parts(want: Wanted): Promise<Part[]> {
  const jobs: Promise<Part>[] = [];
  if (want.state) jobs.push(read("state").then((state) => taken("state", { state })));
  if (want.faults) jobs.push(read("faults").then((faults) => taken("faults", { faults })));
  if (want.events) jobs.push(read("events").then((events) => taken("events", { events })));
  if (want.traffic) jobs.push(readTraffic());
  if (want.chats.size > 0) jobs.push(readChats(want.chats));
  return Promise.all(jobs);
}

function taken(part: Part, values: Partial<typeof store>): Part {
  Object.assign(store, values);
  return part;
}

function isShown(id: number): boolean {
  return id === store.dialog || store.client === `chat:${id}`;
}

async function readChats(ids: Set<number>): Promise<Part> {
  const shown = [...ids].filter(isShown);
  const others = [...ids].filter((id) => !isShown(id));
  if (others.length > MANY_CHATS) {
    for (const chat of await read("chats", { messages: 1 })) if (!isShown(chat.id)) store.chats.set(chat.id, chat);
  } else await Promise.all(others.map(readChat));
  await Promise.all(shown.map(readChat));
  if (store.client === null) await checkChoice();
  return "chats";
}

async function readChat(id: number): Promise<void> {
  if (!isShown(id)) return void store.chats.set(id, await read("chat", { chatId: id, messages: 1 }));
  const [chat, transcript] = await Promise.all([
    read("chat", { chatId: id, messages: MAX_MESSAGES }),
    read("transcript", { chatId: id, last: MAX_MESSAGES }),
  ]);
  store.chats.set(id, withTypingEnd(chat));
  store.transcripts.set(id, transcript);
}

/** The portal may live on a clock of its own: what counts is how long the bot will still type. */
function withTypingEnd(chat: ChatView): PageChat {
  return chat.typing === null ? chat : { ...chat, typingEnds: Date.now() + chat.typing.leftMs };
}

async function readTraffic(): Promise<Part> {
  const lastCall = store.calls.at(-1)?.n ?? 0;
  const open = [...store.requests.values()].find((request) => request.ms === null);
  const lastRequest = open === undefined ? [...store.requests.keys()].at(-1) : open.id - 1;
  const last = 2 * MAX_CALLS;
  const [calls, requests] = await Promise.all([
    read("log", { after: lastCall, last }),
    read("requests", { last, ...(lastRequest === undefined ? {} : { after: lastRequest }) }),
  ]);
  addTraffic(calls, requests);
  return "traffic";
}

function addTraffic(calls: LogEntry[], requests: RequestEntry[]): void {
  store.calls = newest([...store.calls, ...calls], MAX_CALLS);
  for (const request of requests) store.requests.set(request.id, request);
  const kept = newest([...store.requests.values()], MAX_CALLS);
  if (kept.length < store.requests.size) store.requests = new Map(kept.map((request) => [request.id, request]));
}
