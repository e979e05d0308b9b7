/** The log of REST calls. */
import { byId, el, keyed, setText } from "./dom.js";
import { isPoll } from "./refresh.js";
import { onChange, store } from "./store.js";
import { exactClock, t } from "./texts.js";

const MAX_ROWS = 500;
const SECRET_NAMES = /^(?:bottoken|client_id|auth|access_token)$/i;

const opened = new Set();

export function startTraffic() {
  byId("log-filter").addEventListener("input", render);
  byId("log-polls").addEventListener("change", render);
  onChange(["traffic", "language"], render);
}

/** One row for each executed call, and for each request of which nothing was executed. */
function rows() {
  const calls = Map.groupBy(store.calls, (call) => call.requestId);
  const requests = [...store.requests.values()].toReversed();
  return requests.flatMap((request) => {
    const own = calls.get(request.id);
    if (own === undefined) return [{ key: `r${request.id}`, request, call: null, method: request.method }];
    return own.toReversed().map((call) => ({ key: `c${call.n}`, request, call, method: call.method }));
  });
}

function render() {
  const filter = byId("log-filter").value.trim().toLowerCase();
  const noPolls = byId("log-polls").checked;
  const all = rows();
  const shown = all
    .filter(({ method }) => !(noPolls && isPoll(method)) && method.toLowerCase().includes(filter))
    .slice(0, MAX_ROWS);
  const executed = store.state?.counters.executed ?? 0;
  setText(byId("log-count"), executed === 0 ? "" : t("log.count", { count: executed }));
  byId("log-empty").hidden = shown.length > 0;
  const items = shown.flatMap((row) => (opened.has(row.key) ? [row, { ...row, details: true }] : [row]));
  keyed(byId("log"), items, {
    key: (row) => (row.details ? `${row.key}+` : row.key),
    mark: rowMark,
    make: (row) => (row.details ? detailNode(row) : rowNode(row)),
  });
}

function rowMark({ request, call, key, details }) {
  return details ? key : `${request.status}|${request.ms}|${request.fault}|${call?.error}|${opened.has(key)}`;
}

function rowNode(row) {
  const { request, call, method, key } = row;
  const toggle = el("button", { type: "button", class: "call", "data-focus": "call" }, method || t("log.noMethod"));
  toggle.setAttribute("aria-expanded", String(opened.has(key)));
  const time = exactClock(call?.at ?? request.at);
  const node = el(
    "tr",
    { "data-method": method, "data-fault": request.fault, class: toneOf(row) },
    el("td", { class: "time" }, time.slice(0, 8), el("span", {}, time.slice(8))),
    el("td", { class: "method" }, toggle, ...marks(request, call)),
    el("td", { class: "code" }, codeOf(request, call)),
    el("td", { class: "number" }, request.ms === null ? "…" : t("log.ms", { ms: request.ms })),
  );
  node.addEventListener("click", () => {
    // A drag over the row selects text, it does not mean the switch.
    if (getSelection()?.type === "Range") return;
    if (!opened.delete(key)) opened.add(key);
    render();
  });
  return node;
}

function marks(request, call) {
  const found = [];
  if (call?.via === "batch" || (call === null && /^batch$/i.test(request.method))) {
    const batch = el("span", { class: "mark batch", title: t("log.batchHint") }, t("log.batch", { id: request.id }));
    batch.style.setProperty("--hue", (request.id * 67) % 360);
    found.push(batch);
  }
  if (call?.chatId) found.push(el("span", { class: "mark" }, t("log.chat", { id: call.chatId })));
  if (request.fault) found.push(el("span", { class: "mark fault", title: t(`fault.${request.fault}`) }, request.fault));
  if (request.refused) found.push(el("span", { class: "mark fault" }, t("log.refused")));
  if (call === null && request.ms !== null) found.push(el("span", { class: "mark quiet" }, t("log.notExecuted")));
  return found;
}

function codeOf(request, call) {
  const silent = request.status === null && request.ms !== null;
  const status = silent ? t("log.noAnswer") : (request.status ?? "…");
  return call?.error ? `${status} ${call.error}` : String(status);
}

function toneOf({ request, call }) {
  if (request.ms === null) return "waiting";
  return request.status === null || request.status >= 400 || call?.error ? "bad" : "good";
}

function detailNode({ request, call }) {
  const parameters = call === null ? t("log.nothing") : JSON.stringify(call.params, masked, 2);
  const facts = [t("log.request", { id: request.id }), request.path];
  if (request.level > 0) facts.push(t("log.level", { level: request.level }));
  const cell = el(
    "td",
    { colspan: 4 },
    el("div", { class: "facts" }, facts.join(" · ")),
    el("pre", { class: call === null ? "none" : null, tabindex: "0" }, parameters),
  );
  return el("tr", { class: "details" }, cell);
}

/** Pictures of this page are shown to others; what may call the portal does not belong in them. */
function masked(name, value) {
  return SECRET_NAMES.test(name) && typeof value === "string" && value !== "" ? "•••" : value;
}
