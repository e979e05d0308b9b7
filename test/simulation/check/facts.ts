import { reachable } from "../flow/build";
import type { NodeConfig } from "../red/node";
import type { Plan } from "../flow/spec";
import type { Script } from "../script";
import type { Delivered, Ended, PortalEvent, Transcript, Visit, Wire } from "../world/transcript";

/** An invariant that did not hold. */
export interface Violation {
  /** Which one. */
  readonly rule: string;
  /** How it came about, so that different faults are not taken for one. */
  readonly kind: string;
  /** Milliseconds since the start of the script. */
  readonly at: number;
  readonly what: string;
}

/** An intent's effect on the portal. */
export interface Execution {
  readonly at: number;
  readonly wire: number;
  readonly chatId: number;
  readonly sessionId: number;
  readonly text: string;
}

/** Writes that were asked for shortly before a process was killed may be lost, ms. */
export const WRITTEN_AFTER = 1_000;

/** What nobody syncs is on the medium after this time, ms. */
export const WRITTEN_BACK_WITHIN = 65_000;

/** What can be read off a transcript, in the shapes that the rules need. */
export class Facts {
  readonly script: Script;
  readonly transcript: Transcript;
  /** By the mark in text or parameters. */
  readonly executions = new Map<string, Execution[]>();
  readonly visitsOf = new Map<number, Visit[]>();
  readonly deliveredOf = new Map<number, Delivered[]>();
  readonly eventsOfChat = new Map<number, PortalEvent[]>();
  readonly wires: readonly Wire[];
  readonly #plans = new Map<string, Plan>();
  readonly #deaths = new Map<number, Ended>();

  constructor(script: Script, transcript: Transcript) {
    this.script = script;
    this.transcript = transcript;
    this.wires = transcript.wires;
    for (const { text, at, wire, chatId, sessionId, author } of transcript.messages) {
      const intent = author === "client" ? undefined : /«([^»]+)»/.exec(text)?.[1];
      if (intent !== undefined) add(this.executions, intent, { at, wire, chatId, sessionId, text });
    }
    for (const { method, params, at, wire, chatId, before } of transcript.calls)
      if (method === "sim.record")
        add(this.executions, String(params["TAG"]), { at, wire, chatId: chatId ?? 0, sessionId: before, text: "" });
    this.#closeVisits();
    for (const visit of transcript.visits) add(this.visitsOf, visit.sim, visit);
    for (const delivered of transcript.delivered) add(this.deliveredOf, delivered.sim, delivered);
    for (const event of transcript.events) add(this.eventsOfChat, event.chatId, event);
    for (const entry of transcript.lifecycle)
      if (entry.kind === "killed" || entry.kind === "stopped") this.#deaths.set(entry.boot, entry);
    for (const step of script.steps) {
      if (!("plan" in step) || !step.plan) continue;
      if ("tags" in step) for (const tag of step.tags) this.#plans.set(tag, step.plan);
      else this.#plans.set(step.tag, step.plan);
    }
  }

  /** A message whose way was closed leaves by the log, which does not say which one it was. */
  #closeVisits(): void {
    const { visits, spareErrors } = this.transcript;
    for (const { at, boot, node, text } of spareErrors)
      visits
        .find((visit) => visit.boot === boot && visit.node === node && visit.exits.length === 0 && visit.at <= at)
        ?.exits.push({ at, way: "log", code: text, outcome: null, repeated: false, result: null });
    spareErrors.length = 0;
  }

  planOf(tag: string): Plan | undefined {
    return this.#plans.get(tag) ?? this.#plans.get(tag.replace(/\.\d+$/, ""));
  }

  event(sim: number): PortalEvent | undefined {
    return this.transcript.events[sim - 1];
  }

  wire(id: number): Wire | undefined {
    return this.wires[id - 1];
  }

  /** The end of a process, if it has ended. */
  deathOf(boot: number): Ended | undefined {
    return this.#deaths.get(boot);
  }

  /** Whether what process `boot` knew at `at` is known for certain to process `later`. */
  survives(boot: number, at: number, later: number): boolean {
    if (boot === later) return true;
    if (boot > later || this.script.memoryOnly || this.wasWiped(at, Infinity)) return false;
    const death = this.deathOf(boot);
    if (!death || this.troubled(at, death.at, ["disk"])) return false;
    if (death.kind === "stopped") return true;
    return death.at - at >= (death.power ? WRITTEN_BACK_WITHIN : WRITTEN_AFTER);
  }

  wasWiped(from: number, to: number): boolean {
    return this.transcript.lifecycle.some(({ kind, at }) => kind === "wiped" && at >= from && at <= to);
  }

  powerFailed(from: number, to: number): boolean {
    return this.transcript.lifecycle.some(
      (entry) => entry.kind === "killed" && entry.power && entry.at >= from && entry.at <= to,
    );
  }

  /** Whether the world itself stood in the way at some time between the two. */
  troubled(from: number, to: number, kinds?: readonly string[]): boolean {
    return this.transcript.trouble.some(
      (trouble) => trouble.from <= to && trouble.to >= from && (kinds?.includes(trouble.what) ?? true),
    );
  }

  /** The visits of one event node's deliveries of an event. */
  visits(sim: number): readonly Visit[] {
    return this.visitsOf.get(sim) ?? [];
  }

  /** From when on an event's delivery was done for certain; Infinity: never, as far as can be seen. */
  doneAt({ node, sim, delivery, at, output, boot }: Delivered): number {
    const { confirm, confirmTimeout } = this.script.flow;
    const visits = this.visits(sim).filter(
      (visit) => visit.eventNode === node && visit.delivery === delivery && visit.boot === boot,
    );
    if (visits.length === 0) return output === 1 || confirm === "received" ? at : at + confirmTimeout * 1000;
    const isCut = visits.some(
      ({ exits }) => exits.length === 0 || exits.some(({ way, code }) => way === "log" || code === "CANCELLED"),
    );
    // An action ended, and none was at work for a second; later ones may hold it again.
    return isCut ? Infinity : Math.max(...visits.flatMap(({ exits }) => exits.map((exit) => exit.at))) + 1_000;
  }

  /** The nodes other than this package's in which a message of this event node may have been at some time between. */
  holders(node: string, from: number, to: number): Set<string> {
    const holders = new Set<string>();
    for (const config of this.#configsBetween(from, to)) {
      const types = new Map(config.map(({ id, type }) => [id, type]));
      for (const id of reachable(config, node)) if (!types.get(id)?.startsWith("bitrix24-")) holders.add(id);
    }
    return holders;
  }

  /** The flow files that were in force at some time between. */
  #configsBetween(from: number, to: number): (readonly NodeConfig[])[] {
    const known = this.transcript.lifecycle.flatMap((entry) => ("config" in entry ? [entry] : []));
    const before = known.findLast(({ at }) => at <= from);
    const since = known.filter(({ at }) => at > from && at <= to);
    return [...(before ? [before] : []), ...since].map(({ config }) => config);
  }

  say(rule: string, kind: string, at: number, what: string): Violation {
    return { rule, kind, at: Math.round(at - this.transcript.start), what };
  }

  /** What happened to Node-RED and its configuration between two moments, in a word. */
  between(from: number, to: number): string {
    const { start, lifecycle } = this.transcript;
    const steps = new Set(
      this.script.steps.filter(({ at }) => start + at >= from && start + at <= to).map((step) => step.do),
    );
    for (const step of ["other-dialogs", "paste", "code-beside-id"] as const) if (steps.has(step)) return step;
    if (this.wasWiped(from, to)) return "empty directory";
    if (this.powerFailed(from, to)) return "power cut";
    const kinds = lifecycle.filter(({ at }) => at >= from && at <= to);
    if (kinds.some(({ kind }) => kind === "killed")) return "kill";
    if (kinds.some(({ kind }) => kind === "stopped")) return "stop";
    const deploy = kinds.find((entry) => entry.kind === "stop");
    return deploy ? `deploy ${deploy.type}` : "nothing";
  }
}

function add<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
