/** The bots' events: those that wait to be fetched, and those that were brought to a handler. */
import type { DeliveryView, EventView } from "../../../portal/view-types";
import { act } from "../data/api";
import { botName, onChange, store } from "../data/store";
import { byId, el, setText } from "../dom/elements";
import { keyed } from "../dom/keyed";
import { attempt } from "../dom/notice";
import { clock, t } from "../words/texts";

const MAX_ROWS = 100;

interface Row {
  key: string;
  sign: string;
  make: () => HTMLElement;
}

export function startEvents(): void {
  onChange(["events", "language"], render);
}

function render(): void {
  const { queued, deliveries } = store.events;
  const rows = [...queued.slice(-MAX_ROWS).map(queuedRow), ...deliveries.slice(-MAX_ROWS).map(deliveryRow)].reverse();
  setText(byId("queue-count"), queued.length === 0 ? "" : t("queue.waiting", { count: queued.length }));
  byId("queue-empty").hidden = rows.length > 0;
  keyed(byId("queue"), rows, { key: ({ key }) => key, sign: ({ sign }) => sign, make: ({ make }) => make() });
}

function queuedRow(event: EventView): Row {
  return { key: `q${event.eventId}`, sign: "", make: () => queuedNode(event) };
}

function deliveryRow(delivery: DeliveryView): Row {
  const { id, status, error } = delivery;
  return { key: `d${id}`, sign: `${status}|${error}`, make: () => deliveryNode(delivery) };
}

function queuedNode({ eventId, botId, type, date }: EventView): HTMLElement {
  const title = t("queue.event", { id: eventId, bot: botName(botId) });
  return el("li", { title: `${clock(date)} · ${title}` }, el("span", {}, type), el("small", {}, `#${eventId}`));
}

function deliveryNode({ id, at, botId, event, url, status, error }: DeliveryView): HTMLElement {
  const failed = error !== null || (status !== null && status >= 400);
  const done = status !== null || error !== null;
  return el(
    "li",
    { class: failed ? "bad" : null, title: [clock(at), url, botName(botId)].join(" · ") },
    el("span", {}, event),
    el("small", {}, String(error ?? status ?? "…")),
    done && againButton(id),
  );
}

function againButton(deliveryId: number): HTMLElement {
  const label = t("queue.again");
  const onclick = (): void => void attempt(() => act("resend", { deliveryId }));
  return el("button", { type: "button", class: "again", title: label, "aria-label": label, onclick }, "↻");
}
