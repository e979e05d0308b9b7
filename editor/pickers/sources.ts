import { chosenPortal } from "../shared/portal-of-node";
import { nodeInput } from "../shared/dom";
import { asText, STORED_SECRET, text } from "../shared/text";
import { Refusal, type Source } from "./choices";

/** The portal's answers are shown again for a moment, ms: people look at the same list several times in a row. */
const LIFETIME = 30_000;
/** The portal names this many employees at most, so one who is missing then may still be there. */
const MOST_OPERATORS = 1_000;

interface OperatorRow {
  readonly id: number;
  readonly name: string;
  readonly photo: string | null;
  readonly online: boolean;
}

interface LineRow {
  readonly id: number;
  readonly name: string;
  readonly active?: boolean;
}

interface Lists {
  readonly operators: OperatorRow;
  readonly lines: LineRow;
}

interface Known {
  readonly until: number;
  readonly rows: Promise<readonly unknown[]>;
}

const answers = new Map<string, Known>();

function reasonOf(xhr: JQuery.jqXHR): string {
  const { error } = (xhr.responseJSON ?? {}) as { error?: { code: string; message: string; method?: string } };
  if (!error) return text(xhr.status === 401 || xhr.status === 403 ? "picker.notAllowed" : "picker.noAnswer");
  const own = text(`problems.${error.code}`, { defaultValue: "" });
  return own || text(`errors.${error.code}.title`, { method: error.method ?? "", defaultValue: error.message });
}

/** A list of the portal in whose dialog we are, deployed or not. */
function askPortal<What extends keyof Lists>(what: What, fresh: boolean): Promise<readonly Lists[What][]> {
  const portal = chosenPortal();
  if (!portal) return Promise.reject(new Refusal(text("picker.noPortal")));
  const typed = asText(portal.credentials?.["webhookUrl"]);
  const key = [portal.id, what, typed].join(" ");
  const known = answers.get(key);
  if (!fresh && known && known.until > Date.now()) return known.rows as Promise<readonly Lists[What][]>;
  const body = { plan: portal["plan"], fresh, ...(typed && typed !== STORED_SECRET && { webhookUrl: typed }) };
  const rows = new Promise<readonly Lists[What][]>((resolve, reject) => {
    void $.ajax({
      url: `bitrix24/${encodeURIComponent(portal.id)}/${what}`,
      method: "POST",
      contentType: "application/json",
      data: JSON.stringify(body),
    })
      .done((answer: Partial<Record<What, Lists[What][]>>) => resolve(answer[what] ?? []))
      .fail((xhr: JQuery.jqXHR) => {
        answers.delete(key);
        reject(new Refusal(reasonOf(xhr)));
      });
  });
  answers.set(key, { until: Date.now() + LIFETIME, rows });
  return rows;
}

export const operators: Source = {
  kind: "operators",
  async load(fresh) {
    const rows = await askPortal("operators", fresh);
    return rows.map(({ id, name, photo, online }) => ({
      kind: "operators",
      id: String(id),
      name,
      note: `${text(online ? "picker.online" : "picker.offline")} · ${id}`,
      photo,
      online,
    }));
  },
  mayHoldMore: (choices) => choices.length >= MOST_OPERATORS,
};

export const lines: Source = {
  kind: "lines",
  async load(fresh) {
    const rows = await askPortal("lines", fresh);
    return rows.map(({ id, name, active }) => ({
      kind: "lines",
      id: String(id),
      name,
      note: active === false ? `${text("picker.off")} · ${id}` : String(id),
      icon: "fa-comments-o",
    }));
  },
};

/** REST has no list of joined channels: those that the flows already use with this portal are offered. */
export const channels: Source = {
  kind: "channels",
  isOpenEnded: true,
  mayAskAgain: false,
  load() {
    const portal = nodeInput("portal").val();
    const open = RED.editor.getEditStack();
    const users = new Map<string, string[]>();
    RED.nodes.eachNode((node) => {
      const isUser = node.type === "bitrix24-join" || (node.type === "bitrix24-send" && node["mode"] === "network");
      const code = node["codeType"] === "str" ? asText(node["code"]).trim() : "";
      if (!isUser || code === "" || node["portal"] !== portal || open.includes(node)) return;
      users.set(code, [...(users.get(code) ?? []), RED.utils.getNodeLabel(node, node.type)]);
    });
    const choices = [...users].map(([code, labels]) => ({
      kind: "channels",
      id: code,
      name: code,
      note: labels.join(", "),
      icon: "fa-key",
    }));
    return Promise.resolve(choices);
  },
};
