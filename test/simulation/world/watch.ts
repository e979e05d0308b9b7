import { intentIn, originOf, type Origin } from "../flow/nodes";
import type { DeployType } from "../red/deploy";
import type { Watch } from "../red/flows";
import type { FlowNode, Message, NodeConfig } from "../red/node";
import type { VirtualTime } from "./time";
import { meaningOf, type Exit, type Meaning, type Transcript, type Visit } from "./transcript";

/** Counts deliveries of the machine's event nodes, across its processes. */
export type DeliveryCounts = Map<string, number>;

interface Conversation {
  readonly owner?: string;
  readonly event?: { readonly delivery?: number };
  readonly chatId?: number | null;
  readonly raw?: { readonly simId?: number | string };
  readonly call?: { readonly repeated?: boolean };
}

const conversationOf = (msg: Message): Conversation => msg["bitrix24"] ?? {};

/** Writes down what one process' flows do. */
export class FlowWatch implements Watch {
  readonly #time: VirtualTime;
  readonly #transcript: Transcript;
  readonly #boot: number;
  readonly #deliveries: DeliveryCounts;
  #isHandingOver = false;

  constructor(time: VirtualTime, transcript: Transcript, boot: number, deliveries: DeliveryCounts) {
    this.#time = time;
    this.#transcript = transcript;
    this.#boot = boot;
    this.#deliveries = deliveries;
  }

  received(node: FlowNode, msg: Message): void {
    if (!isAction(node)) return;
    const origin = originOf(msg);
    const visit: Visit = {
      id: this.#transcript.visits.length,
      at: this.#time.now,
      boot: this.#boot,
      node: node.id,
      type: node.type,
      wants: wantedBy(node, msg),
      sim: origin?.sim ?? 0,
      tag: origin?.tag ?? "",
      intent: intentFor(node, msg, origin),
      eventNode: origin?.eventNode ?? "",
      delivery: origin?.delivery ?? 0,
      chatId: Number(conversationOf(msg).chatId ?? (msg["payload"] as { CHAT_ID?: number } | undefined)?.CHAT_ID ?? 0),
      over: node.config["overPeople"] === true,
      exits: [],
    };
    msg["visit"] = visit.id;
    this.#transcript.visits.push(visit);
  }

  sent(node: FlowNode, output: number, msg: Message): void {
    if (node.type === "bitrix24-event") this.#delivered(node, output, msg);
    else if (isAction(node)) this.#left(msg, output);
  }

  failed(node: FlowNode, msg: Message, error: unknown, handOver: () => void): void {
    if (isAction(node)) {
      const { code, cause } = error as { code?: string; cause?: { outcome?: string } };
      this.#exit(msg, { way: "catch", code: code ?? "?", outcome: cause?.outcome ?? null });
    }
    this.#isHandingOver = true;
    handOver();
    this.#isHandingOver = false;
  }

  logged(level: "error" | "warn" | "info", node: FlowNode | null, text: string): void {
    this.#transcript.log.push({ at: this.#time.now, boot: this.#boot, level, node: node?.id ?? null, text });
    if (level !== "error" || node === null || !isAction(node) || this.#isHandingOver) return;
    this.#transcript.spareErrors.push({ at: this.#time.now, boot: this.#boot, node: node.id, text });
  }

  showed(): void {
    // Statuses are not looked at yet.
  }

  stopping(ids: readonly string[], type: DeployType, config: readonly NodeConfig[]): void {
    this.#transcript.lifecycle.push({ at: this.#time.now, kind: "stop", boot: this.#boot, type, ids, config });
  }

  #delivered(node: FlowNode, output: number, msg: Message): void {
    const { owner, event, chatId, raw } = conversationOf(msg);
    const sim = Number(raw?.simId ?? 0);
    const counted = `${node.id} ${sim}`;
    const delivery = (this.#deliveries.get(counted) ?? 0) + 1;
    this.#deliveries.set(counted, delivery);
    const tag = this.#transcript.events[sim - 1]?.tag ?? "?";
    const origin: Origin = { sim, tag, eventNode: node.id, delivery, chatId: Number(chatId ?? 0) };
    msg["sim"] = origin;
    this.#transcript.delivered.push({
      at: this.#time.now,
      boot: this.#boot,
      node: node.id,
      output,
      sim,
      delivery,
      told: event?.delivery,
      owner: owner ?? "",
      payload: msg["payload"],
    });
  }

  #left(msg: Message, output: number): void {
    const repeated = conversationOf(msg).call?.repeated === true;
    if (output === 0) this.#exit(msg, { way: "success", code: null, outcome: null, repeated, result: msg["payload"] });
    else {
      const { code, outcome } = (msg["error"] ?? {}) as { code?: string; outcome?: string };
      this.#exit(msg, { way: "error", code: code ?? "?", outcome: outcome ?? "?", repeated });
    }
  }

  #exit(msg: Message, exit: Partial<Exit> & Pick<Exit, "way">): void {
    this.#transcript.visits[Number(msg["visit"] ?? -1)]?.exits.push(this.#exitOf(exit));
  }

  #exitOf(exit: Partial<Exit> & Pick<Exit, "way">): Exit {
    return { at: this.#time.now, code: null, outcome: null, repeated: false, result: null, ...exit };
  }
}

const isAction = ({ type }: FlowNode): boolean =>
  type.startsWith("bitrix24-") && type !== "bitrix24-event" && type !== "bitrix24-portal";

function wantedBy(node: FlowNode, msg: Message): Meaning {
  if (node.type === "bitrix24-send") return node.config["mode"] === "automatic" ? "automatic" : "message";
  if (node.type !== "bitrix24-call") return node.type.slice("bitrix24-".length) as Meaning;
  const { method = "", params } = (msg["payload"] ?? {}) as { method?: string; params?: { cmd?: { a?: string } } };
  return meaningOf(params?.cmd?.a?.split("?")[0] ?? method);
}

/** What the flow wants here: the mark in its text, else the place in the flow. */
function intentFor(node: FlowNode, msg: Message, origin: Origin | undefined): string {
  if (node.type === "bitrix24-send") return intentIn(msg["payload"]) ?? `${origin?.tag ?? "?"}/${node.id}`;
  if (node.type === "bitrix24-call" && origin?.intent !== undefined) return origin.intent;
  return `${origin?.tag ?? "?"}/${node.id}`;
}
