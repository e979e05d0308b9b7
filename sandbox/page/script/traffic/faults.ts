/** Trouble on demand. */
import type { GivenFault, ListedFault } from "../../../control/api";
import { act } from "../data/api";
import { onChange, store } from "../data/store";
import { byId, el, fieldOf, setText } from "../dom/elements";
import { fillSuggestions } from "../dom/forms";
import { keyed } from "../dom/keyed";
import { attempt } from "../dom/notice";
import { t } from "../words/texts";
import { isKind, NOT_RUN, RUN, strikesInside, USUAL } from "./kinds";

const MAX_ROWS = 100;
export function startFaults(): void {
  const form = byId("fault-form", HTMLFormElement);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(() => act("addFault", wantedFault()));
  });
  fields().kind.addEventListener("change", renderHint);
  byId("faults-clear").addEventListener("click", () => void attempt(() => act("clearFaults")));
  onChange(["faults", "language"], renderFaults);
  onChange(["language"], renderKinds);
  onChange(["traffic"], renderMethods);
}

interface Fields {
  kind: HTMLSelectElement;
  method: HTMLInputElement;
  count: HTMLSelectElement;
  insideBatch: HTMLInputElement;
}

function fields(): Fields {
  const form = byId("fault-form", HTMLFormElement);
  return {
    kind: fieldOf(form, "kind", HTMLSelectElement),
    method: fieldOf(form, "method", HTMLInputElement),
    count: fieldOf(form, "count", HTMLSelectElement),
    insideBatch: fieldOf(form, "insideBatch", HTMLInputElement),
  };
}

function chosenKind(): GivenFault["kind"] {
  const { value } = fields().kind;
  return isKind(value) ? value : USUAL;
}

function wantedFault(): GivenFault {
  const { method, count, insideBatch } = fields();
  const name = method.value.trim();
  return {
    kind: chosenKind(),
    count: count.value === "Infinity" ? count.value : Number(count.value),
    ...(name === "" ? {} : { method: name }),
    ...(insideBatch.checked ? { insideBatch: true } : {}),
  };
}

function renderKinds(): void {
  const { kind: select } = fields();
  const chosen = chosenKind();
  const group = (label: string, kinds: readonly string[]): HTMLElement =>
    el("optgroup", { label: t(label) }, ...kinds.map((kind) => el("option", { value: kind }, kind)));
  select.replaceChildren(group("faults.notRun", NOT_RUN), group("faults.run", RUN));
  select.value = chosen;
  renderHint();
}

function renderHint(): void {
  const kind = chosenKind();
  setText(byId("fault-hint"), t(`fault.${kind}`));
  const { parentElement: label } = fields().insideBatch;
  if (label !== null) label.title = t(strikesInside(kind) ? "faults.insideErrors" : "faults.insideOthers");
}

function renderFaults(): void {
  const { faults } = store;
  const on = faults.filter(({ left }) => left !== 0).length;
  setText(byId("fault-count"), on === 0 ? "" : t("faults.on", { count: on }));
  byId("faults-clear").hidden = faults.length === 0;
  keyed(byId("faults"), faults.slice(-MAX_ROWS), {
    key: ({ id }) => id,
    sign: (fault) => JSON.stringify(fault),
    make: faultNode,
  });
}

function faultNode({ id, kind, method, left, hits, insideBatch }: ListedFault): HTMLElement {
  const spent = left === 0;
  const facts = [leftText(left), t("faults.hits", { count: hits })];
  if (insideBatch) facts.push(t("faults.inBatch"));
  const onclick = (): void => void attempt(() => act("removeFault", { id }));
  const label = t("faults.remove", { kind });
  return el(
    "li",
    { class: spent ? "spent" : null, "data-kind": kind, title: t(`fault.${kind}`) },
    el("b", {}, kind),
    el("span", { class: "fault-method" }, method ?? t("faults.anyMethod")),
    el("button", { type: "button", class: "remove", "aria-label": label, onclick }, "×"),
    el("small", {}, facts.join(" · ")),
  );
}

function leftText(left: ListedFault["left"]): string {
  if (left === 0) return t("faults.spent");
  return left === "Infinity" ? t("faults.forEver") : t("faults.left", { count: left });
}

function renderMethods(): void {
  const names = new Set(store.calls.map((call) => call.method));
  fillSuggestions(byId("methods", HTMLDataListElement), [...names].sort());
}
