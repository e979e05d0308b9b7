/** A rectangle on the canvas. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Something with a middle and a size. */
export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly w?: number;
  readonly h?: number;
}

const STEP = 20;

export const overlap = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** The room that a node takes, with a margin all around. */
export function boxOf({ x, y, w, h }: Placed, margin: number): Box {
  const width = (w ?? 40) / 2 + margin;
  const height = (h ?? 30) / 2 + margin;
  return { left: x - width, right: x + width, top: y - height, bottom: y + height };
}

/**
 * The free height that is nearest to a node's own, below it or above.
 * @param wish where the new node should be
 * @param taken what must not be covered
 */
export function freeHeight(wish: Placed, taken: readonly Box[]): number {
  const isFree = (y: number): boolean => {
    const box = boxOf({ ...wish, y }, 0);
    return box.top >= 0 && !taken.some((other) => overlap(box, other));
  };
  let step = 0;
  while (!isFree(wish.y + step)) step = step > 0 ? -step : STEP - step;
  return wish.y + step;
}
