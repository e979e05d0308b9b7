/** What is to be done with a list of nodes that show items, when the items have changed. */

export type Key = string | number;

/** A node and the sign of what it shows. */
export interface Drawn<Node> {
  sign: string;
  node: Node;
}

export interface Drawing<Item, Node> {
  key: (item: Item) => Key;
  /** Everything of an item that its node shows: another sign, another node. */
  sign: (item: Item) => string;
  make: (item: Item) => Node;
}

/** The nodes of the items in their order, by key: a node stays as long as its key and sign stay. */
export function redrawn<Item, Node>(
  before: ReadonlyMap<Key, Drawn<Node>>,
  items: readonly Item[],
  { key, sign, make }: Drawing<Item, Node>,
): Map<Key, Drawn<Node>> {
  const after = new Map<Key, Drawn<Node>>();
  for (const item of items) {
    const id = key(item);
    const now = sign(item);
    const old = before.get(id);
    after.set(id, old?.sign === now ? old : { sign: now, node: make(item) });
  }
  return after;
}

/** The nodes whose items are gone. */
export function gone<Node>(before: ReadonlyMap<Key, Drawn<Node>>, after: ReadonlyMap<Key, Drawn<Node>>): Node[] {
  return [...before].filter(([id, { node }]) => after.get(id)?.node !== node).map(([, { node }]) => node);
}

/**
 * The insertions that bring the nodes that are there into the wanted order, each before a node that is there by then, or
 * at the end. Nodes that are in order already are not touched.
 */
export function placements<Node>(
  present: readonly Node[],
  wanted: readonly Node[],
): { node: Node; before: Node | null }[] {
  const steps: { node: Node; before: Node | null }[] = [];
  const moved = new Set<Node>();
  let at = 0;
  for (const node of wanted) {
    while (at < present.length && moved.has(present[at] as Node)) at++;
    if (present[at] === node) at++;
    else {
      steps.push({ node, before: present[at] ?? null });
      moved.add(node);
    }
  }
  return steps;
}
