/** Keeps the store up to date: what the stream names as changed is read again, a few times a second at most. */
import { follow, read } from "./api.js";
import { chooseChat, store, tell } from "./store.js";

const MAX_MESSAGES = 500;
const MAX_CALLS = 500;
const MANY_CHATS = 6;
const PAUSE_MS = 80;
const LONGEST_PAUSE_MS = 500;

let wanted = nothing();
let running = false;
let lastRun = 0;
let lastDuration = 0;

function nothing() {
  return { all: false, state: false, traffic: false, faults: false, events: false, chats: new Set() };
}

export function startFollowing() {
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

/** Reads the chosen chat with all its messages. */
export function wantChat(id) {
  wanted.chats.add(id);
  schedule();
}

export function wantState() {
  wanted.state = true;
  schedule();
}

function note(change) {
  switch (change.kind) {
    case "chat":
      wanted.chats.add(change.chatId);
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

function schedule() {
  if (running) return;
  running = true;
  // A portal under load answers slowly; asking it more often would not make it faster.
  const pause = Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, 2 * lastDuration));
  setTimeout(run, Math.max(0, lastRun + pause - performance.now()));
}

async function run() {
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
  if (store.connected && Object.values(wanted).some((want) => want === true || want.size > 0)) schedule();
}

async function everything() {
  const [state, chats, faults, events, calls, requests] = await Promise.all([
    read("state"),
    read("chats", { messages: 1 }),
    read("faults"),
    read("events"),
    read("log", { last: 2 * MAX_CALLS }),
    read("requests", { last: 2 * MAX_CALLS }),
  ]);
  Object.assign(store, { state, faults, events, calls: [], requests: new Map() });
  store.chats = new Map(chats.map((chat) => [chat.id, chat]));
  store.transcripts = new Map();
  addTraffic(calls, requests);
  await checkChoice();
  return ["state", "chats", "traffic", "faults", "events", "selection"];
}

/** What was chosen may be gone; the page never begins empty when there is a dialog. */
async function checkChoice() {
  const [kind, id] = (store.client ?? "").split(":");
  if (kind === "chat" && !store.chats.has(Number(id))) store.client = null;
  if (store.dialog !== null && !store.chats.has(store.dialog)) store.dialog = null;
  if (store.client === null) {
    const newest = [...store.chats.values()].findLast((chat) => chat.type === "lines");
    if (newest !== undefined) chooseChat(newest.id);
  }
  const shown = new Set([store.dialog, kind === "chat" ? Number(id) : null]);
  for (const chatId of shown) if (store.chats.has(chatId)) await readChat(chatId);
}

async function parts(want) {
  const changed = [];
  const note = (name) => () => changed.push(name);
  const jobs = ["state", "faults", "events"].filter((name) => want[name]).map((name) => take(name).then(note(name)));
  if (want.traffic) jobs.push(readTraffic().then(note("traffic")));
  if (want.chats.size > 0) jobs.push(readChats(want.chats).then(note("chats")));
  await Promise.all(jobs);
  return changed;
}

async function take(name) {
  store[name] = await read(name);
}

function isShown(id) {
  return id === store.dialog || store.client === `chat:${id}`;
}

async function readChats(ids) {
  const shown = [...ids].filter(isShown);
  const others = [...ids].filter((id) => !isShown(id));
  if (others.length > MANY_CHATS) {
    for (const chat of await read("chats", { messages: 1 })) if (!isShown(chat.id)) store.chats.set(chat.id, chat);
  } else await Promise.all(others.map(readChat));
  await Promise.all(shown.map(readChat));
  if (store.client === null) await checkChoice();
}

async function readChat(id) {
  if (!isShown(id)) return void store.chats.set(id, await read("chat", { chatId: id, messages: 1 }));
  const [chat, transcript] = await Promise.all([
    read("chat", { chatId: id, messages: MAX_MESSAGES }),
    read("transcript", { chatId: id, last: MAX_MESSAGES }),
  ]);
  // The portal may live on a clock of its own: what counts is how long it will still last.
  if (chat.typing !== null) chat.typing.ends = Date.now() + chat.typing.leftMs;
  store.chats.set(id, chat);
  store.transcripts.set(id, transcript);
}

async function readTraffic() {
  const lastCall = store.calls.at(-1)?.n ?? 0;
  const open = [...store.requests.values()].find((request) => request.ms === null);
  const lastRequest = open === undefined ? [...store.requests.keys()].at(-1) : open.id - 1;
  const last = 2 * MAX_CALLS;
  const [calls, requests] = await Promise.all([
    read("log", { after: lastCall, last }),
    read("requests", { after: lastRequest, last }),
  ]);
  addTraffic(calls, requests);
}

export function isPoll(method) {
  return /^imbot\.v2\.event\.get$/i.test(method);
}

/** Polling goes on all day: it must not push out the calls that somebody wants to see. */
function addTraffic(calls, requests) {
  store.calls.push(...calls);
  for (const request of requests) store.requests.set(request.id, request);
  store.calls = keep(store.calls, (call) => isPoll(call.method));
  const kept = keep([...store.requests.values()], (request) => isPoll(request.method));
  if (kept.length < store.requests.size) store.requests = new Map(kept.map((request) => [request.id, request]));
}

function keep(list, isDull) {
  if (list.length <= MAX_CALLS) return list;
  const rest = { dull: MAX_CALLS / 5, other: MAX_CALLS };
  return list.filter(counted(list, isDull, rest));
}

/** Counts from the newest entry backwards. */
function counted(list, isDull, rest) {
  const kept = new Set();
  for (const entry of list.toReversed()) if (rest[isDull(entry) ? "dull" : "other"]-- > 0) kept.add(entry);
  return (entry) => kept.has(entry);
}
