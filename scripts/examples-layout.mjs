// Lays out the examples: from left to right, what fails under what succeeds, and never wider than a small screen. Words
// of another length make other nodes wider, so each language is laid out by itself.
import { nodeWidth, textWidth } from "./label-width.mjs";

/** What fits into the editor on a small laptop, with palette and sidebar open, px. */
export const CANVAS = 760;

const LEFT = 34;
const TOP = 40;
/** Between a node and the next one: the largest with which a row is not too wide. */
const GAPS = [40, 30, 20];
/** Rows of Node-RED's grid. */
const STEP = 20;
const ROW = 2 * STEP;
/** Room that a group draws around its nodes, and more at the top for its name. */
const FRAME = 26;
const GROUP_NAME = 20;
/** Buttons of `inject` and `debug` stick out by so much. */
const BUTTON = 25;
/** What has to stay free between two nodes, and between a wire and a node that it does not belong to. */
const CLEARANCE = 8;
const WIRE_CLEARANCE = 3;
/** Wires that fan out bend under the edges of the nodes beside them. */
const EDGE = 14;
/** A status is written under a node. */
const STATUS = 15;
const TRIES = 200;

const isAction = ({ type }) => type.startsWith("bitrix24-") && type !== "bitrix24-event";

/** A node as a rectangle: `x` is its left edge, `y` its middle. */
function boxOf(node, label) {
  return {
    node,
    width: nodeWidth(node, label),
    height: Math.max(30, 15 * (node.wires?.length ?? 0)),
    before: node.type === "inject" ? BUTTON : 0,
    after: node.type === "debug" ? BUTTON : 0,
    below: node.type.startsWith("bitrix24-") ? STATUS : 0,
    x: undefined,
    y: undefined,
  };
}

/** Wires within a block, as `{ from, to, port }`. */
function wiresOf(boxes) {
  const byId = new Map(boxes.map((box) => [box.node.id, box]));
  return boxes.flatMap((from) =>
    (from.node.wires ?? []).flatMap((targets, port) =>
      targets.filter((id) => byId.has(id)).map((id) => ({ from, to: byId.get(id), port })),
    ),
  );
}

/** Left edges: each node as far to the left as the nodes before it allow; a second beginning right before its goal. */
function setColumns(boxes, wires, gap) {
  const isInto = (box) => wires.filter(({ to }) => to === box);
  const columnOf = (box, seen) => {
    if (seen.includes(box)) throw new Error(`${box.node.name || box.node.type}: the wires run in a circle`);
    const before = isInto(box).map(({ from }) => columnOf(from, [...seen, box]) + from.width + gap);
    return Math.max(box.before, ...before);
  };
  for (const box of boxes) box.x = columnOf(box, []);
  for (const box of boxes.slice(1)) {
    const goals = wires.filter(({ from }) => from === box).map(({ to }) => to.x - gap - box.width);
    if (isInto(box).length === 0 && goals.length > 0) box.x = Math.min(...goals);
  }
}

/** Where a wire leaves a node; ports are spread around its middle. */
const portY = ({ from, port }) => from.y + 13 * (port - (from.node.wires.length - 1) / 2);

/** Points of a wire as the editor draws it. */
function pointsOf(wire) {
  const [x0, y0, x1, y1] = [wire.from.x + wire.from.width, portY(wire), wire.to.x, wire.to.y];
  const length = Math.hypot(x1 - x0, y1 - y0);
  const reach = length < 100 ? 0.75 * length : 75;
  return Array.from({ length: 41 }, (_, at) => {
    const t = at / 40;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
    return [a * x0 + b * (x0 + reach) + c * (x1 - reach) + d * x1, a * y0 + b * y0 + c * y1 + d * y1];
  });
}

function isCrossed(box, wire) {
  if (wire.from === box || wire.to === box) return false;
  const half = box.height / 2 + WIRE_CLEARANCE;
  return pointsOf(wire).some(
    ([x = 0, y = 0]) => x > box.x + EDGE && x < box.x + box.width + box.after - EDGE && Math.abs(y - box.y) < half,
  );
}

function isCovered(box, other) {
  const beside =
    box.x - box.before - CLEARANCE >= other.x + other.width + other.after ||
    other.x - other.before - CLEARANCE >= box.x + box.width + box.after;
  const [upper, lower] = box.y < other.y ? [box, other] : [other, box];
  return !beside && lower.y - lower.height / 2 - upper.y - upper.height / 2 - upper.below < CLEARANCE;
}

/** Says whether a node can be where it is among those that have a place already. */
function fits(box, boxes, wires) {
  const placed = boxes.filter((one) => one !== box && one.y !== undefined);
  if (placed.some((other) => isCovered(box, other))) return false;
  const drawn = wires.filter(({ from, to }) => from.y !== undefined && to.y !== undefined);
  const own = drawn.filter(({ from, to }) => from === box || to === box);
  return (
    drawn.every((wire) => !isCrossed(box, wire)) &&
    own.every((wire) => placed.every((other) => !isCrossed(other, wire)))
  );
}

/** The first row from `y` on where a node fits. */
function settle(box, y, boxes, wires) {
  for (let tries = 0; tries < TRIES; tries++) {
    box.y = y + tries * STEP;
    if (fits(box, boxes, wires)) return;
  }
  throw new Error(`${box.node.name || box.node.type}: there is no room`);
}

/** The first way goes straight on, every further one below it, errors below all that comes of a success. */
function setRows(boxes, wires) {
  const visit = (box, y) => {
    settle(box, y, boxes, wires);
    let lowest = box.y;
    for (const { to, port } of wires.filter(({ from }) => from === box)) {
      if (to.y !== undefined) continue;
      const isError = isAction(box.node) && port === 1;
      visit(to, isError ? Math.max(box.y + ROW, lowest) : lowest);
      lowest = to.y + ROW;
    }
  };
  let lowest = 0;
  for (const box of boxes) {
    if (box.y === undefined) visit(box, lowest);
    lowest = Math.max(lowest, box.y + ROW);
  }
}

/** A node with several ways, and the single way that leads to it, move to the middle of what follows. */
function centre(boxes, wires) {
  for (const box of boxes.filter(({ node }) => (node.wires?.length ?? 0) > 1 && !isAction(node))) {
    const ways = wires.filter(({ from }) => from === box).map(({ to }) => to.y);
    if (ways.length < 2) continue;
    const middle = STEP * Math.round((Math.min(...ways) + Math.max(...ways)) / 2 / STEP);
    const chain = [box];
    for (let into = wires.filter(({ to }) => to === box); into.length === 1;) {
      const { from } = into[0];
      if (from.y !== chain[0].y || wires.filter((wire) => wire.from === from).length > 1) break;
      chain.unshift(from);
      into = wires.filter(({ to }) => to === from);
    }
    const before = chain.map(({ y }) => y);
    for (let y = middle; y > box.y; y -= STEP) {
      for (const one of chain) one.y = y;
      if (chain.every((one) => fits(one, boxes, wires))) break;
      chain.forEach((one, at) => (one.y = before[at]));
    }
  }
}

const rightEdge = (boxes) => Math.max(...boxes.map(({ x, width, after }) => x + width + after));

/** Places the nodes of a block around the origin; says how much room they take. */
function arrange(boxes) {
  const wires = wiresOf(boxes);
  for (const gap of GAPS) {
    setColumns(boxes, wires, gap);
    if (LEFT + rightEdge(boxes) + FRAME <= CANVAS) break;
  }
  setRows(boxes, wires);
  centre(boxes, wires);
  const top = Math.min(...boxes.map(({ y, height }) => y - height / 2));
  return {
    top,
    right: rightEdge(boxes),
    height: Math.max(...boxes.map(({ y, height }) => y + height / 2)) - top,
  };
}

/** What belongs together: the nodes of a group, or nodes without a group that wires join. */
function blocksOf(boxes, groups) {
  const loose = boxes.filter(({ node }) => node.g === undefined && node.type !== "comment");
  const wires = wiresOf(loose);
  const blocks = groups.map((group) => ({ group, boxes: boxes.filter(({ node }) => node.g === group.id) }));
  for (const start of loose) {
    if (blocks.some((block) => block.boxes.includes(start))) continue;
    const joined = [start];
    for (const box of joined)
      for (const { from, to } of wires)
        if (from === box || to === box) for (const end of [from, to]) if (!joined.includes(end)) joined.push(end);
    blocks.push({ group: undefined, boxes: loose.filter((box) => joined.includes(box)) });
  }
  return blocks;
}

function putDown({ group, boxes }, y) {
  const { top, right, height } = arrange(boxes);
  const first = y + (group ? FRAME + GROUP_NAME : 0);
  for (const box of boxes) {
    box.node.x = LEFT + box.x + box.width / 2;
    box.node.y = first + box.y - top;
  }
  if (group === undefined) return first + height;
  const width = Math.max(right, STEP * Math.ceil(textWidth(group.name) / STEP));
  Object.assign(group, { x: LEFT - FRAME, y, w: width + 2 * FRAME, h: height + 2 * FRAME + GROUP_NAME });
  return y + group.h;
}

/** Gives every node and group of `flow` its place. `labelOf` tells what the editor shows on a node. */
export function layOut(flow, labelOf) {
  const boxes = flow
    .filter(({ type, x, z }) => z !== undefined && type !== "group" && (x !== undefined || type === "comment"))
    .map((node) => boxOf(node, labelOf(node)));
  let y = TOP;
  for (const { node, width } of boxes.filter((box) => box.node.type === "comment" && box.node.g === undefined)) {
    Object.assign(node, { x: LEFT + width / 2, y });
    y += ROW;
  }
  for (const block of blocksOf(
    boxes,
    flow.filter(({ type }) => type === "group"),
  ))
    y = STEP * Math.ceil((putDown(block, y) + STEP) / STEP);
  return flow;
}
