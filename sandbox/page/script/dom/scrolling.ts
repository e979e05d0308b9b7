/** Lists that keep their place. */
const NEAR_END_PX = 40;

function isAtEnd(scroller: Element, height: number): boolean {
  return scroller.scrollHeight - scroller.scrollTop - height < NEAR_END_PX;
}

/** Runs `change` and keeps a list at its lower end when it was there. */
export function keepingEnd(scroller: Element, change: () => void, force = false): void {
  const atEnd = force || isAtEnd(scroller, scroller.clientHeight);
  change();
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
}

/** A list that was at its lower end stays there when it gets less room: a form opens, somebody begins to type. */
export function stayAtEnd(scroller: Element): void {
  let height = scroller.clientHeight;
  new ResizeObserver(() => {
    const wasAtEnd = isAtEnd(scroller, height);
    height = scroller.clientHeight;
    if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
  }).observe(scroller);
}

/** Scrolls a list, and nothing around it, until a row in it can be seen. */
export function reveal(scroller: Element | null, node: Element | null): void {
  if (scroller === null || node === null) return;
  const frame = scroller.getBoundingClientRect();
  const { top, bottom } = node.getBoundingClientRect();
  if (top < frame.top) scroller.scrollTop -= frame.top - top;
  else if (bottom > frame.bottom) scroller.scrollTop += bottom - frame.bottom;
}
