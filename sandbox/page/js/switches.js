/** Request counter, trouble on demand, and the events that wait or were delivered. */
import { act } from "./api.js";
import { byId, el, fillSelect, keyed, setText } from "./dom.js";
import { attempt } from "./notice.js";
import { wantState } from "./refresh.js";
import { onChange, store } from "./store.js";
import { clock, t } from "./texts.js";

const MAX_ROWS = 100;
const BURST = { off: 50, standard: 50, enterprise: 250 };
const GAUGE_MS = 1000;

/** Which kinds run the call stands at `Fault` in the portal's types. */
const NOT_RUN = ["drop-before", "html-503", "html-200", "hang", "redirect", "429", "503"];
const NOT_RUN_ERRORS = ["empty-error", "zero-error", "error-200", "error"];
const RUN = ["drop-after", "drop-middle", "html-after", "slow", "no-time", "truncated"];
const INSIDE = new Set(["429", "503", ...NOT_RUN_ERRORS]);

export function startSwitches() {
  byId("limit").addEventListener("change", (event) => {
    void attempt(() => act("configure", { requestLimit: event.target.value }));
  });
  const form = byId("fault-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(() => act("addFault", faultOf(form.elements)));
  });
  form.elements.kind.addEventListener("change", renderHint);
  byId("faults-clear").addEventListener("click", () => void attempt(() => act("clearFaults")));
  onChange(["state", "language"], renderGauge);
  onChange(["faults", "language"], renderFaults);
  onChange(["language"], renderKinds);
  onChange(["events", "language"], renderQueue);
  onChange(["traffic"], renderMethods);
  // The counter sinks by itself, without anything to tell of.
  setInterval(() => store.connected && store.state?.counters.level > 0 && wantState(), GAUGE_MS);
}

function faultOf({ kind, method, count, insideBatch }) {
  const name = method.value.trim();
  return {
    kind: kind.value,
    count: count.value,
    ...(name === "" ? {} : { method: name }),
    ...(insideBatch.checked ? { insideBatch: true } : {}),
  };
}

function renderGauge() {
  if (store.state === null) return;
  const { settings, counters } = store.state;
  const limit = settings.requestLimit;
  byId("limit").value = limit;
  const gauge = byId("gauge");
  const burst = BURST[limit];
  Object.assign(gauge, { max: burst, high: burst * 0.8, optimum: 0, value: Math.min(counters.level, burst) });
  gauge.classList.toggle("idle", limit === "off");
  const level = limit === "off" ? t("gauge.notCounted") : t("gauge.level", { level: counters.level, burst });
  const totals = t("gauge.totals", { requests: counters.requests, calls: counters.executed });
  const refused = counters.refused > 0 ? ` · ${t("gauge.refused", { count: counters.refused })}` : "";
  setText(byId("gauge-text"), `${level} · ${totals}${refused}`);
}

function renderKinds() {
  const select = byId("fault-form").elements.kind;
  const chosen = select.value || "html-503";
  const group = (label, kinds) =>
    el("optgroup", { label: t(label) }, ...kinds.map((kind) => el("option", { value: kind }, kind)));
  select.replaceChildren(group("faults.notRun", [...NOT_RUN, ...NOT_RUN_ERRORS]), group("faults.run", RUN));
  select.value = chosen;
  renderHint();
}

function renderHint() {
  const { kind, insideBatch } = byId("fault-form").elements;
  setText(byId("fault-hint"), t(`fault.${kind.value}`));
  insideBatch.parentElement.title = t(INSIDE.has(kind.value) ? "faults.insideErrors" : "faults.insideOthers");
}

function renderFaults() {
  const { faults } = store;
  const on = faults.filter(({ left }) => left !== 0).length;
  setText(byId("fault-count"), on === 0 ? "" : t("faults.on", { count: on }));
  byId("faults-clear").hidden = faults.length === 0;
  keyed(byId("faults"), faults.slice(-MAX_ROWS), {
    key: ({ id }) => id,
    mark: (fault) => JSON.stringify(fault),
    make: faultNode,
  });
}

function faultNode(fault) {
  const spent = fault.left === 0;
  const left = fault.left === "Infinity" ? t("faults.forEver") : t("faults.left", { count: fault.left });
  const facts = [spent ? t("faults.spent") : left, t("faults.hits", { count: fault.hits })];
  if (fault.insideBatch) facts.push(t("faults.inBatch"));
  const remove = el(
    "button",
    {
      type: "button",
      class: "remove",
      "aria-label": t("faults.remove", { kind: fault.kind }),
      onclick: () => void attempt(() => act("removeFault", { id: fault.id })),
    },
    "×",
  );
  return el(
    "li",
    { class: spent ? "spent" : null, "data-kind": fault.kind, title: t(`fault.${fault.kind}`) },
    el("b", {}, fault.kind),
    el("span", { class: "fault-method" }, fault.method ?? t("faults.anyMethod")),
    remove,
    el("small", {}, facts.join(" · ")),
  );
}

function renderMethods() {
  const names = [...new Set(store.calls.map((call) => call.method))].sort();
  fillSelect(
    byId("methods"),
    names.map((value) => ({ value, text: "" })),
    "",
  );
}

function renderQueue() {
  const { queued, deliveries } = store.events;
  const rows = [
    ...queued.slice(-MAX_ROWS).map((event) => ({ key: `q${event.eventId}`, event })),
    ...deliveries.slice(-MAX_ROWS).map((delivery) => ({ key: `d${delivery.id}`, delivery })),
  ].reverse();
  setText(byId("queue-count"), queued.length === 0 ? "" : t("queue.waiting", { count: queued.length }));
  byId("queue-empty").hidden = rows.length > 0;
  keyed(byId("queue"), rows, {
    key: ({ key }) => key,
    mark: ({ event, delivery }) => (event ? "" : `${delivery.status}|${delivery.error}`),
    make: ({ event, delivery }) => (event ? queuedNode(event) : deliveryNode(delivery)),
  });
}

function botName(id) {
  return store.state?.bots.find((bot) => bot.id === id)?.name ?? `#${id}`;
}

function queuedNode(event) {
  const title = t("queue.event", { id: event.eventId, bot: botName(event.botId) });
  return el(
    "li",
    { title: `${clock(event.date)} · ${title}` },
    el("span", {}, event.type),
    el("small", {}, `#${event.eventId}`),
  );
}

function deliveryNode(delivery) {
  const done = delivery.status !== null || delivery.error !== null;
  const failed = delivery.error !== null || delivery.status >= 400;
  const code = delivery.error ?? delivery.status ?? "…";
  const again = el(
    "button",
    { type: "button", class: "again", title: t("queue.again"), onclick: () => void resend(delivery.id) },
    "↻",
  );
  again.setAttribute("aria-label", t("queue.again"));
  return el(
    "li",
    { class: failed ? "bad" : null, title: [clock(delivery.at), delivery.url, botName(delivery.botId)].join(" · ") },
    el("span", {}, delivery.event),
    el("small", {}, String(code)),
    done ? again : null,
  );
}

function resend(deliveryId) {
  return attempt(() => act("resend", { deliveryId }));
}
