/** Brings the page to life. */
import { act } from "./api.js";
import { startClients } from "./clients.js";
import { startDialog } from "./dialog.js";
import { byId, setText } from "./dom.js";
import { startLines } from "./lines.js";
import { attempt } from "./notice.js";
import { startFollowing } from "./refresh.js";
import { onChange, store, tell } from "./store.js";
import { startSwitches } from "./switches.js";
import { language, preferredLanguage, t, useLanguage } from "./texts.js";
import { startTraffic } from "./traffic.js";

const SURE_MS = 4000;

/** On a narrow window one side at a time. */
function startViews() {
  const main = document.querySelector("main");
  const buttons = [...document.querySelectorAll("[data-view]")];
  const show = (view) => {
    main.dataset.shown = view;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.view));
  show("client");
}

function startLanguages() {
  const select = byId("language");
  const mark = () => (select.value = language());
  select.addEventListener("change", async () => {
    if ((await attempt(() => useLanguage(select.value, { remember: true }))) === null) mark();
    else tell("language");
  });
  onChange(["language"], mark);
}

/** Everything goes with a reset, so it takes a second press. */
function startReset() {
  const button = byId("reset");
  let sure = false;
  let timer;
  const ask = (value) => {
    sure = value;
    clearTimeout(timer);
    if (value) timer = setTimeout(() => ask(false), SURE_MS);
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

function showConnection() {
  const node = byId("connection");
  node.classList.toggle("lost", !store.connected);
  setText(node, t(store.connected ? "page.connected" : "page.lost"));
}

startViews();
startLanguages();
startReset();
startClients();
startLines();
startDialog();
startTraffic();
startSwitches();
onChange(["connection", "language"], showConnection);
await useLanguage(preferredLanguage());
tell("language");
startFollowing();
