/** The request counter. */
import type { PortalSettings } from "../../../portal/settings";
import { act } from "../data/api";
import { wantState } from "../data/refresh";
import { onChange, store } from "../data/store";
import { byId, setText } from "../dom/elements";
import { attempt } from "../dom/notice";
import { t } from "../words/texts";

type Limit = PortalSettings["requestLimit"];

const BURST: Record<Limit, number> = { off: 50, standard: 50, enterprise: 250 };
const FULL = 0.8;
const GAUGE_MS = 1000;

function isLimit(value: string): value is Limit {
  return Object.hasOwn(BURST, value);
}

export function startGauge(): void {
  const limit = byId("limit", HTMLSelectElement);
  limit.addEventListener("change", () => {
    const { value } = limit;
    if (isLimit(value)) void attempt(() => act("configure", { requestLimit: value }));
  });
  onChange(["state", "language"], render);
  // The counter sinks by itself, without anything to tell of.
  setInterval(() => {
    if (store.connected && (store.state?.counters.level ?? 0) > 0) wantState();
  }, GAUGE_MS);
}

function render(): void {
  if (store.state === null) return;
  const { settings, counters } = store.state;
  const limit = settings.requestLimit;
  byId("limit", HTMLSelectElement).value = limit;
  const gauge = byId("gauge", HTMLMeterElement);
  const burst = BURST[limit];
  Object.assign(gauge, { max: burst, high: burst * FULL, optimum: 0, value: Math.min(counters.level, burst) });
  gauge.classList.toggle("idle", limit === "off");
  const level = limit === "off" ? t("gauge.notCounted") : t("gauge.level", { level: counters.level, burst });
  const totals = t("gauge.totals", { requests: counters.requests, calls: counters.executed });
  const refused = counters.refused > 0 ? ` · ${t("gauge.refused", { count: counters.refused })}` : "";
  setText(byId("gauge-text"), `${level} · ${totals}${refused}`);
}
