/** Brings the page to life. */
import { startClients } from "./client/clients";
import { act } from "./data/api";
import { startFollowing } from "./data/refresh";
import { onChange, store, tell } from "./data/store";
import { byId, setText } from "./dom/elements";
import { attempt } from "./dom/notice";
import { startConversation } from "./portal/conversation";
import { startConversations } from "./portal/conversations";
import { startOpenChannels } from "./portal/open-channels";
import { startCalls } from "./traffic/calls";
import { startEvents } from "./traffic/events";
import { startFaults } from "./traffic/faults";
import { startGauge } from "./traffic/gauge";
import { language, preferredLanguage, t, useLanguage } from "./words/texts";

const SURE_MS = 4000;

/** On a narrow window one side at a time. */
function startViews(): void {
  const main = document.querySelector("main");
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-view]")];
  const show = (view: string | undefined): void => {
    if (main !== null && view !== undefined) main.dataset.shown = view;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.view));
  show("client");
}

function startLanguages(): void {
  const select = byId("language", HTMLSelectElement);
  const mark = (): void => {
    select.value = language();
  };
  const choose = async (): Promise<void> => {
    if ((await attempt(() => useLanguage(select.value, { remember: true }))) === null) mark();
    else tell("language");
  };
  select.addEventListener("change", () => void choose());
  onChange(["language"], mark);
}

/** Everything goes with a reset, so it takes a second press. */
function startReset(): void {
  const button = byId("reset");
  let sure = false;
  let timer: number | undefined;
  const ask = (value: boolean): void => {
    sure = value;
    clearTimeout(timer);
    if (value) timer = window.setTimeout(() => ask(false), SURE_MS);
    button.classList.toggle("sure", value);
    button.textContent = t(value ? "page.resetSure" : "page.reset");
  };
  button.addEventListener("click", () => {
    if (sure) void attempt(() => act("reset"));
    ask(!sure);
  });
  button.addEventListener("blur", () => ask(false));
  onChange(["language"], () => ask(sure));
}

function showConnection(): void {
  const node = byId("connection");
  node.classList.toggle("lost", !store.connected);
  setText(node, t(store.connected ? "page.connected" : "page.lost"));
}

startViews();
startLanguages();
startReset();
startClients();
startOpenChannels();
startConversations();
startConversation();
startCalls();
startGauge();
startFaults();
startEvents();
onChange(["connection", "language"], showConnection);
await useLanguage(preferredLanguage());
tell("language");
startFollowing();
