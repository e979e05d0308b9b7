/** The log of REST calls. */
import { onChange, store } from "../data/store";
import { byId, el, setText } from "../dom/elements";
import { keyed } from "../dom/keyed";
import { exactClock, t } from "../words/texts";
import { codeOf, filtered, isBatch, rowsOf, shownParams, toneOf, type Row } from "./rows";

const MAX_ROWS = 500;

const opened = new Set<string>();

export function startCalls(): void {
  byId("log-filter").addEventListener("input", render);
  byId("log-polls").addEventListener("change", render);
  onChange(["traffic", "language"], render);
}

/** A row, or what is shown below an opened one. */
interface Line {
  row: Row;
  details: boolean;
}

function render(): void {
  const { value } = byId("log-filter", HTMLInputElement);
  const withPolls = !byId("log-polls", HTMLInputElement).checked;
  const all = rowsOf([...store.requests.values()], store.calls);
  const shown = filtered(all, value, withPolls).slice(0, MAX_ROWS);
  const executed = store.state?.counters.executed ?? 0;
  setText(byId("log-count"), executed === 0 ? "" : t("log.count", { count: executed }));
  byId("log-empty").hidden = shown.length > 0;
  const lines = shown.flatMap((row): Line[] => {
    const closed = { row, details: false };
    return opened.has(row.key) ? [closed, { row, details: true }] : [closed];
  });
  keyed(byId("log"), lines, {
    key: ({ row, details }) => (details ? `${row.key}+` : row.key),
    sign: lineSign,
    make: ({ row, details }) => (details ? detailNode(row) : rowNode(row)),
  });
}

function lineSign({ row, details }: Line): string {
  const { key, request, call } = row;
  if (details) return key;
  return [request.status, request.ms, request.fault, call?.error, opened.has(key)].join("|");
}

function rowNode(row: Row): HTMLElement {
  const { request, call, method, key } = row;
  const expanded = { "aria-expanded": String(opened.has(key)), "data-focus": "call" };
  const toggle = el("button", { type: "button", class: "call", ...expanded }, method || t("log.noMethod"));
  const time = exactClock(call?.at ?? request.at);
  const node = el(
    "tr",
    { "data-method": method, "data-fault": request.fault, class: toneOf(row) },
    el("td", { class: "time" }, time.slice(0, 8), el("span", {}, time.slice(8))),
    el("td", { class: "method" }, toggle, ...marks(row)),
    el("td", { class: "code" }, codeOf(row, t("log.noAnswer"))),
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

function marks(row: Row): HTMLElement[] {
  const { request, call } = row;
  const found: HTMLElement[] = [];
  const mark = (look: string, text: string, title?: string): number =>
    found.push(el("span", { class: `mark ${look}`.trim(), title }, text));
  if (isBatch(row)) {
    mark("batch", t("log.batch", { id: request.id }), t("log.batchHint"));
    found.at(-1)?.style.setProperty("--hue", String((request.id * 67) % 360));
  }
  if (call?.chatId) mark("", t("log.chat", { id: call.chatId }));
  if (request.fault !== null) mark("fault", request.fault, t(`fault.${request.fault}`));
  if (request.refused) mark("fault", t("log.refused"));
  if (call === null && request.ms !== null) mark("quiet", t("log.notExecuted"));
  return found;
}

function detailNode({ request, call }: Row): HTMLElement {
  const facts = [t("log.request", { id: request.id }), request.path];
  if (request.level > 0) facts.push(t("log.level", { level: request.level }));
  const parameters = call === null ? t("log.nothing") : shownParams(call.params);
  const cell = el(
    "td",
    { colspan: 4 },
    el("div", { class: "facts" }, facts.join(" · ")),
    el("pre", { class: call === null ? "none" : null, tabindex: "0" }, parameters),
  );
  return el("tr", { class: "details" }, cell);
}
