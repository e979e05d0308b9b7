// Where the nodes of a translated example stand. Words of another length make wider nodes, and Node-RED keeps the middle
// of a node: without this, rows would begin at ragged edges and nodes would cover each other.

/** Widths of Arial's letters, in thousandths of their size; accents do not change them. */
const LETTERS = Object.entries({
  191: "'",
  222: "ijl‚‘’",
  278: "!,./:;I[]ft |",
  333: "()-`r“”„{}",
  355: '"•г',
  438: "*к",
  458: "зт",
  500: "Jcksvxyzсухэ",
  525: "чьв",
  541: "Гпя",
  556: "#$0123456789?L_abdeghnopquаеорин«»–€",
  583: "+<=>~бцКдл",
  609: "FTZТß¿ЗъУ",
  667: "&ABEKPSVXYАВЕРХЧБЛЬжД₽",
  688: "м",
  721: "CDHNRUwНСЯИПЭыЦ",
  757: "юФ",
  778: "GOQО",
  802: "шЪ",
  833: "MmМфщ",
  887: "%Ы",
  920: "ШЖЩ",
  944: "W",
  1005: "—→…Ю@",
  1073: "№",
});
const WIDTH = new Map(LETTERS.flatMap(([width, letters]) => [...letters].map((letter) => [letter, Number(width)])));
const OTHERS = 600;
const FONT_SIZE = 14;
/** Some pairs of letters stand closer than their widths say. */
const KERNING = 1;

const textWidth = (text) =>
  [...text.normalize("NFD").replace(/\p{M}/gu, "")].reduce((sum, letter) => sum + (WIDTH.get(letter) ?? OTHERS), 0) *
  (FONT_SIZE / 1000);

const WITHOUT_INPUT = ["comment", "inject", "catch", "link in", "bitrix24-event"];

/** How Node-RED sizes a node by its label: in steps of the grid. */
function nodeWidth({ type }, label) {
  const input = WITHOUT_INPUT.includes(type) ? 0 : 7;
  return Math.max(100, 20 * Math.ceil((textWidth(label) - KERNING + 50 + input) / 20));
}

const isDrawn = ({ type, x }) => type !== "group" && x !== undefined;

/** A node as it was under its old label, and how much wider the new one makes it. */
function measured(node, { x }, [oldLabel, label]) {
  const width = nodeWidth(node, oldLabel);
  return { node, middle: x, left: x - width / 2, width, growth: nodeWidth(node, label) - width, shift: 0 };
}

/** Whatever stands wholly to the left pushes by what it grew, so that what was below each other stays so. */
function spread(boxes) {
  for (const box of boxes.sort((a, b) => a.left - b.left))
    for (const other of boxes)
      if (other.middle < box.left) box.shift = Math.max(box.shift, other.shift + Math.max(0, other.growth));
}

const rightEdge = (boxes, of) => Math.max(...boxes.map(of));

/** A group with its nodes, how much wider they made it, and how far groups beside it push it. */
function grouped(group, boxes) {
  const before = rightEdge(boxes, ({ left, width }) => left + width);
  const after = rightEdge(boxes, ({ left, width, growth, shift }) => left + width + growth + shift);
  return { group, boxes, growth: after - before, shift: 0 };
}

function spreadGroups(groups) {
  const isPushed = (one, by) => by.x < one.x && by.y < one.y + one.h && one.y < by.y + by.h;
  for (const one of groups.sort((a, b) => a.group.x - b.group.x)) {
    for (const other of groups)
      if (isPushed(one.group, other.group)) one.shift = Math.max(one.shift, other.shift + Math.max(0, other.growth));
    for (const box of one.boxes) box.shift += one.shift;
  }
  for (const { group, growth, shift } of groups) {
    group.x += shift;
    group.w += growth;
  }
}

/**
 * Moves the nodes of `flow` so that they stand as those of `original` do, which has the same nodes in the same order.
 * `labelOf` and `originalLabelOf` tell what the editor shows on a node.
 */
export function layOut(flow, original, labelOf, originalLabelOf) {
  const boxes = flow.flatMap((node, at) =>
    isDrawn(node) ? [measured(node, original[at], [originalLabelOf(original[at]), labelOf(node)])] : [],
  );
  const within = (id) => boxes.filter(({ node }) => node.g === id && node.type !== "comment");
  const groups = flow.filter(({ type }) => type === "group");
  for (const id of [undefined, ...groups.map((group) => group.id)]) spread(within(id));
  spreadGroups(groups.map((group) => grouped(group, within(group.id))));
  for (const { node, growth, shift } of boxes) node.x += shift + growth / 2;
  return flow;
}
