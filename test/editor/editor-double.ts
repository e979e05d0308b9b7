import { asText } from "../../editor/shared/text";
import { readText } from "../support/project";

const SHARED = "@bitrix24-flows/node-red-open-channels/";

/** What a test says of the editor, beside its texts. */
export interface Double {
  readonly nodes?: readonly RedNode[];
  readonly configs?: readonly RedNode[];
}

/** A node as the workspace holds it. */
export const redNode = (type: string, properties: Readonly<Record<string, unknown>> = {}): RedNode => ({
  id: "node",
  type,
  x: 0,
  y: 0,
  ...properties,
});

function lookUp(key: string, values: Readonly<Record<string, unknown>> = {}): string {
  const [set = "", path = ""] = key.replace(SHARED, "").split(":");
  const words: unknown = JSON.parse(readText(`dist/nodes/locales/en-US/${set}.json`));
  const at = (whole: string): unknown =>
    whole.split(".").reduce((found, name) => (found as Record<string, unknown> | undefined)?.[name], words);
  const { count } = values;
  const counted = typeof count === "number" ? at(`${path}_${new Intl.PluralRules("en-US").select(count)}`) : undefined;
  const found = counted ?? at(path);
  const text = typeof found === "string" ? found : asText(values["defaultValue"] ?? key);
  return text.replace(/__(\w+)__/g, (gap, name: string) => asText(values[name] ?? gap));
}

/** As the editor's own: only what the tests need to be wrong is wrong. */
function validateTyped(value: unknown, type: string): boolean {
  if (type === "num") return Number.isFinite(Number(value));
  if (type !== "json") return true;
  try {
    JSON.parse(String(value));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Stands in for the editor where no page is needed: English texts, no dialog open.
 * @returns puts back what was there before
 */
export function useEditor({ nodes = [], configs = [] }: Double = {}): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "RED");
  const RED = {
    _: lookUp,
    editor: { getEditStack: () => [] },
    i18n: { lang: () => "en-US" },
    nodes: {
      eachNode: (visit: (node: RedNode) => void) => nodes.forEach(visit),
      eachConfig: (visit: (node: RedNode) => void) => configs.forEach(visit),
      node: (id: unknown) => [...nodes, ...configs].find((node) => node.id === id),
    },
    utils: { validateTypedProperty: validateTyped, getNodeLabel: ({ id }: RedNode) => `node ${id}` },
  };
  Object.defineProperty(globalThis, "RED", { value: RED, configurable: true });
  // A form's inputs are looked for even when no dialog is open.
  const nothing = { length: 0, val: () => undefined };
  Object.defineProperty(globalThis, "$", { value: () => nothing, configurable: true });
  return () => {
    if (before) Object.defineProperty(globalThis, "RED", before);
    else Reflect.deleteProperty(globalThis, "RED");
    Reflect.deleteProperty(globalThis, "$");
  };
}
