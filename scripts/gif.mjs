// Makes an animated GIF out of screenshots.
import gifenc from "gifenc";
import { PNG } from "pngjs";

const { GIFEncoder, applyPalette, quantize } = gifenc;

/** A pixel that is as it was before; palettes leave this place free for it. */
const SAME = 255;

/** So many of the most frequent colours are kept as they are. */
const EXACT = 96;

/** Puts pictures of one width below each other. */
export function stacked(screenshots) {
  const parts = screenshots.map((screenshot) => PNG.sync.read(screenshot));
  const width = Math.min(...parts.map((part) => part.width));
  const whole = new PNG({ width, height: parts.reduce((sum, part) => sum + part.height, 0) });
  let top = 0;
  for (const part of parts) {
    PNG.bitblt(part, whole, 0, 0, width, part.height, 0, top);
    top += part.height;
  }
  return whole;
}

/**
 * The colours of all frames together: a palette for each would give one thing another shade from frame to frame. Areas of one
 * colour keep it exactly; what is left goes to the edges of letters.
 */
function paletteOf(pictures) {
  const pixels = Buffer.concat(pictures.map(({ data }) => data));
  const counts = new Map();
  for (const pixel of wordsOf(pixels)) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const common = [...counts].sort(([, one], [, other]) => other - one).slice(0, EXACT);
  // Bytes of a pixel stand in this order: red, green, blue, opacity.
  const exact = common.map(([pixel]) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]);
  return [...exact, ...quantize(pixels, SAME - exact.length)];
}

const wordsOf = (pixels) => new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);

/** Colours of the pixels, with the unchanged ones marked: these compress to almost nothing. */
function indexed(pixels, before, palette) {
  const index = applyPalette(pixels, palette, "rgb565");
  if (before === undefined) return index;
  const now = wordsOf(pixels);
  const then = wordsOf(before);
  return index.map((colour, pixel) => (now[pixel] === then[pixel] ? SAME : colour));
}

/** Encodes frames `{ picture, delay }`, all of one size, delays in ms; repeats for ever. */
export function animated(frames) {
  const colours = paletteOf(frames.map(({ picture }) => picture));
  const palette = Array.from({ length: SAME + 1 }, (_, place) => colours[place] ?? [0, 0, 0]);
  const encoder = GIFEncoder();
  let before;
  for (const { picture, delay } of frames) {
    const { data, width, height } = picture;
    encoder.writeFrame(indexed(data, before, colours), width, height, {
      palette: before === undefined ? palette : undefined,
      delay,
      dispose: 1,
      transparent: before !== undefined,
      transparentIndex: SAME,
    });
    before = data;
  }
  encoder.finish();
  return encoder.bytes();
}
