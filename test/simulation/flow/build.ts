import type { NodeConfig } from "../red/node";
import type { Chain, Element, FlowSpec } from "./spec";

export const PORTAL = "portal";
export const EVENT = "event";

/** What can be changed by a deploy, and how often it has been. */
export interface Edits {
  readonly [nodeId: string]: number;
}

/** Where the portal is and which bot it has, as the user has typed it. */
export interface Address {
  readonly botId: number;
  readonly botCode: string;
  readonly operatorId: number;
  readonly lineId: number;
  readonly publicUrl: string;
  /** The bot's code typed beside its id. */
  readonly codeBesideId: boolean;
}

type Draft = { -readonly [Key in keyof NodeConfig]: NodeConfig[Key] } & { id: string; wires: string[][] };

/**
 * The flow file that a user with this flow has.
 * @param edits how often each node has been changed
 * @param extra nodes that were added beside it
 * @param turns how often the router's outputs have changed places
 */
export function buildFlow(
  spec: FlowSpec,
  address: Address,
  edits: Edits,
  extra: readonly string[] = [],
  turns = 0,
): NodeConfig[] {
  const build = new Builder(address);
  const outputs = spec.chains.map((chain, at) => build.chain(chain, `c${at}`));
  const wires = outputs.map((entry) => (entry === null ? [] : [entry]));
  const turned = turns % Math.max(1, wires.length);
  build.add({ id: "router", type: "sim-router", wires: [...wires.slice(turned), ...wires.slice(0, turned)] });
  const people = spec.people ? build.chain(spec.people, "p") : null;
  if (people !== null) build.add({ id: "people", type: "sim-router", wires: [[people]] });
  build.add(eventNode(EVENT, spec, [["router"], people === null ? [] : ["people"]]));
  if (spec.second) {
    const second = build.chain(spec.second, "s");
    build.add({ id: "router2", type: "sim-router", wires: [second === null ? [] : [second]] });
    build.add(eventNode("event2", spec, [["router2"], []]));
  }
  if (spec.catches) {
    build.add({ id: "catch", type: "catch", wires: [["caught"]] });
    build.add({ id: "caught", type: "sim-sink", wires: [] });
  }
  for (const id of extra) build.add({ id, type: "sim-sink", wires: [] });
  const nodes = build.nodes.map((node) => ({ ...node, name: `${node.id} ${edits[node.id] ?? 0}` }));
  return [{ id: "tab", type: "tab", label: "bot" }, portalNode(spec, address, edits[PORTAL] ?? 0), ...nodes];
}

function portalNode(spec: FlowSpec, address: Address, edit: number): NodeConfig {
  return {
    id: PORTAL,
    type: "bitrix24-portal",
    name: `portal ${edit}`,
    plan: "standard",
    botId: spec.bot === "id" ? String(address.botId) : "",
    botCode: spec.bot === "code" || address.codeBesideId ? address.botCode : "",
    botName: "Sandbox bot",
    eventMode: spec.mode,
    publicUrl: address.publicUrl,
    pollInterval: spec.pollInterval,
  };
}

function eventNode(id: string, { confirm, confirmTimeout }: FlowSpec, wires: string[][]): Draft {
  return {
    id,
    type: "bitrix24-event",
    portal: PORTAL,
    events: ["message", "command", "update", "reaction", "delete"],
    openChannelsOnly: true,
    confirm,
    confirmTimeout,
    wires,
  };
}

class Builder {
  readonly nodes: NodeConfig[] = [];
  readonly #address: Address;

  constructor(address: Address) {
    this.#address = address;
  }

  add(node: Draft): string {
    this.nodes.push({ z: "tab", x: 1, y: 1, ...node });
    return node.id;
  }

  /** @returns the first node of the chain, null when it is empty */
  chain(chain: Chain, id: string): string | null {
    let next: string | null = null;
    for (const [at, element] of [...chain.entries()].reverse()) next = this.#element(element, `${id}-${at}`, next);
    return next;
  }

  #element(element: Element, id: string, next: string | null): string {
    const wires = [next === null ? [] : [next]];
    switch (element.el) {
      case "delay":
      case "think":
        return this.add({ id, type: `sim-${element.el}`, wires });
      case "db":
      case "drop":
        return this.add({ id, type: `sim-${element.el}`, wires });
      case "say":
        return this.add({ id, type: "sim-say", labels: [element.label], wires });
      case "two":
        return this.add({ id, type: "sim-say", labels: element.labels, wires });
      case "keep":
        return this.add({ id, type: "sim-keep", same: element.same === true, wires });
      case "link":
        this.add({ id: `${id}in`, type: "link in", links: [`${id}out`], wires });
        return this.add({ id: `${id}out`, type: "link out", mode: "link", links: [`${id}in`], wires: [] });
      case "subroutine":
        this.add({ id: `${id}in`, type: "link in", links: [], wires: [[`${id}w`]] });
        this.add({ id: `${id}w`, type: "sim-delay", wires: [[`${id}out`]] });
        this.add({ id: `${id}out`, type: "link out", mode: "return", links: [], wires: [] });
        return this.add({ id, type: "link call", links: [`${id}in`], linkType: "static", timeout: "120", wires });
      case "fork": {
        const starts = element.branches.map((branch, at) => this.chain(branch, `${id}.${at}`));
        return this.add({ id, type: "sim-fork", wires: [starts.filter((start) => start !== null)] });
      }
      default:
        return this.#action(element, id, wires[0] ?? []);
    }
  }

  #action(element: Extract<Element, { errors: unknown }>, id: string, next: string[]): string {
    const errors = element.errors === "none" ? [] : [`${id}e`];
    if (element.errors === "sink") this.add({ id: `${id}e`, type: "sim-sink", wires: [] });
    if (element.errors === "retry") this.add({ id: `${id}e`, type: "sim-retry", wires: [[id]] });
    const common = { id, portal: PORTAL, wires: [next, errors] };
    switch (element.el) {
      case "send":
        return this.add({ ...common, type: "bitrix24-send", mode: "bot", overPeople: element.over === true });
      case "auto":
        return this.add({ ...common, type: "bitrix24-send", mode: "automatic", overPeople: element.over === true });
      case "operator":
      case "finish":
        return this.add({ ...common, type: `bitrix24-${element.el}` });
      case "transfer": {
        const isUser = element.to !== "line";
        const target = String(isUser ? this.#address.operatorId : this.#address.lineId);
        return this.add({
          ...common,
          type: "bitrix24-transfer",
          target,
          targetType: "str",
          targetKind: isUser ? "user" : "line",
        });
      }
      case "call":
        this.add({ ...common, type: "bitrix24-call" });
        return this.add({ id: `${id}f`, type: "sim-params", what: element.what, wires: [[id]] });
    }
  }
}

/** The nodes to which a message in `start` can get: wires, links, and the way back from an error. */
export function reachable(config: readonly NodeConfig[], start: string): Set<string> {
  const byId = new Map(config.map((node) => [node.id, node]));
  const catches = config.filter(({ type }) => type === "catch").map(({ id }) => id);
  const seen = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = byId.get(id);
    if (!node || seen.has(id)) continue;
    seen.add(id);
    open.push(...(node.wires ?? []).flat());
    if (node.type === "link out" || node.type === "link call") open.push(...(node["links"] as string[]));
    // Any node can end with an error.
    open.push(...catches);
  }
  return seen;
}
