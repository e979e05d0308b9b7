// How wide the editor draws a node with a certain label, so that examples can be laid out without a browser.

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

const WITHOUT_INPUT = ["comment", "inject", "catch", "link in", "bitrix24-event"];

/** Width of a text in the editor's font, px. */
export const textWidth = (text) =>
  [...text.normalize("NFD").replace(/\p{M}/gu, "")].reduce((sum, letter) => sum + (WIDTH.get(letter) ?? OTHERS), 0) *
  (FONT_SIZE / 1000);

/** Width of a node with this label, px: Node-RED sizes nodes in steps of its grid. */
export function nodeWidth({ type, l }, label) {
  if (l === false) return 30;
  const input = WITHOUT_INPUT.includes(type) ? 0 : 7;
  return Math.max(100, 20 * Math.ceil((textWidth(label) - KERNING + 50 + input) / 20));
}
