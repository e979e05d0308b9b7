/** The portal's open channels with their bots and people. */
import type { BotView, LineView, OperatorView } from "../../../portal/view-types";
import { act } from "../data/api";
import { onChange, store } from "../data/store";
import { byId, el } from "../dom/elements";
import { fillSelect, type Option } from "../dom/forms";
import { keyed } from "../dom/keyed";
import { attempt } from "../dom/notice";
import { t } from "../words/texts";

export function startOpenChannels(): void {
  onChange(["state", "language"], render);
}

/** Who belongs together: an open channel, or those who belong to none. */
interface Group {
  /** 0: none. */
  id: number;
  name: string;
  active: boolean;
  people: OperatorView[];
  /** Null where there is none to choose for. */
  choice: { bots: Option[]; bot: number | null } | null;
}

function render(): void {
  const { lines = [], operators = [], bots = [] } = store.state ?? {};
  const placed = new Set(lines.flatMap((line) => line.queue));
  const free = operators.filter(({ id }) => !placed.has(id));
  const groups = lines.map((line) => groupOf(line, operators, bots));
  if (free.length > 0) groups.push({ id: 0, name: t("lines.none"), active: true, people: free, choice: null });
  keyed(byId("lines"), groups, { key: ({ id }) => id, sign: (group) => JSON.stringify(group), make: groupNode });
}

function groupOf(line: LineView, operators: OperatorView[], bots: BotView[]): Group {
  const { id, name, active, queue } = line;
  const people = queue
    .map((userId) => operators.find((operator) => operator.id === userId))
    .filter((operator) => operator !== undefined);
  const bot = bots.find((entry) => line.botEnabled && entry.id === line.bot)?.id ?? null;
  return { id, name, active, people, choice: { bots: choosable(bots, line), bot } };
}

/** Bots that know open channels, and the present one in any case; those that share a name are told apart by their codes. */
function choosable(bots: BotView[], line: LineView): Option[] {
  return bots
    .filter(({ id, openline }) => openline || id === line.bot)
    .map(({ id, name, code }) => {
      const only = bots.every((other) => other.id === id || other.name !== name);
      return { value: String(id), text: only ? name : t("lines.namesake", { name, code }) };
    });
}

function groupNode(group: Group): HTMLElement {
  const { id, name, active, people, choice } = group;
  const number = choice === null ? null : el("small", { title: t("lines.id") }, `#${id}`);
  const state = active ? null : el("span", { class: "badge closed" }, t("lines.inactive"));
  const bot = choice === null ? null : botChoice(group, choice.bots, choice.bot);
  return el(
    "div",
    { class: choice === null ? "line rest" : "line" },
    el("div", { class: "line-name" }, el("b", {}, name), number, state, bot),
    el("div", { class: "people" }, ...people.map(personNode)),
  );
}

/** Which bot answers there: the portal's own setting, at hand here so that another flow can be tried at once. */
function botChoice({ id, name }: Group, bots: Option[], bot: number | null): HTMLElement {
  const present = bot === null ? "" : String(bot);
  const label = { "aria-label": t("lines.botOf", { line: name }), title: t("lines.botHint") };
  const select = el("select", { "data-focus": "bot", ...label });
  fillSelect(select, [{ value: "", text: t("lines.noBot") }, ...bots], present);
  const choose = async (): Promise<void> => {
    const chosen = select.value === "" ? null : Number(select.value);
    if ((await attempt(() => act("updateLine", { id, bot: chosen }))) === null) select.value = present;
  };
  select.addEventListener("change", () => void choose());
  return el("span", { class: "line-bot" }, el("span", { class: "bot-sign", "aria-hidden": "true" }, "⌬"), select);
}

function personNode({ id, online, ...operator }: OperatorView): HTMLElement {
  const name = `${operator.name} ${operator.lastName}`.trim();
  const onclick = (): void => void attempt(() => act("setOnline", { userId: id, online: !online }));
  const title = t(online ? "lines.goOffline" : "lines.goOnline", { name, id });
  const looks = { class: "person", title, "aria-pressed": String(online), "data-focus": `person-${id}` };
  return el("button", { type: "button", ...looks, onclick }, el("i", { class: "dot" }), name);
}
