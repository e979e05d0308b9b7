import { text } from "../shared/text";
import { boxOf, freeHeight, overlap, type Box } from "./place";

/** How far to the right of its source a switch begins. */
const DISTANCE = 80;
const MARGIN = 10;

const groupBox = ({ x, y, w, h }: RedGroup): Box => ({ left: x, right: x + w, top: y, bottom: y + h });

/** Everything on the source's flow that must not be covered; the source's own groups may. */
function obstacles(source: RedNode): Box[] {
  const own: RedGroup[] = [];
  for (let group = RED.nodes.group(source.g); group; group = RED.nodes.group(group.g)) own.push(group);
  const subflow = RED.nodes.subflow(source.z);
  const nodes = [
    ...RED.nodes.filterNodes({ ...(source.z !== undefined && { z: source.z }) }),
    ...RED.nodes.junctions(source.z),
    ...(subflow ? [...subflow.in, ...subflow.out] : []),
  ];
  const groups = RED.nodes.groups(source.z).filter((group) => !own.includes(group));
  return [...nodes.map((node) => boxOf(node, MARGIN)), ...groups.map(groupBox)];
}

/** Puts a node to the right of the source, as near to its height as there is room. */
function place(node: RedNode, source: RedNode): void {
  const taken = obstacles(source);
  node.x = source.x + (source.w ?? 0) / 2 + DISTANCE + (node.w ?? 0) / 2;
  node.y = source.y;
  node.y = freeHeight(node, taken);
  if (!RED.view.snapGrid) return;
  const offset = RED.view.tools.calculateGridSnapOffsets(node);
  node.x -= offset.x;
  node.y -= offset.y;
}

/** A node that was added, and the events by which it can be taken back. */
export interface Added {
  readonly node: RedNode;
  readonly history: readonly RedHistoryEvent[];
}

/** Adds a switch on the code of the error behind output 2, with a rule for each code and one for all others. */
export function addSwitch(source: RedNode, codes: readonly string[]): Added {
  const made = RED.view.createNode("switch", undefined, undefined, source.z);
  const rules: RedSwitchRule[] = [...codes.map((code) => ({ t: "eq", v: code, vt: "str" })), { t: "else" }];
  Object.assign(made.node, {
    name: text("errorPicker.switchName"),
    property: "error.code",
    propertyType: "msg",
    rules,
    checkall: "false",
    outputs: rules.length,
  });
  [made.node.w, made.node.h] = RED.view.calculateNodeDimensions(made.node);
  place(made.node, source);
  const node = RED.nodes.add(made.node);
  const link = { source, sourcePort: 1, target: node };
  RED.nodes.addLink(link);
  made.historyEvent["links"] = [link];
  RED.editor.validateNode(node);
  const group = RED.nodes.group(source.g);
  if (!group || !overlap(boxOf(node, 0), groupBox(group))) return { node, history: [made.historyEvent] };
  RED.group.addToGroup(group, node);
  return { node, history: [made.historyEvent, { t: "addToGroup", group, nodes: node }] };
}
