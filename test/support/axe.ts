import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const script = createRequire(__filename).resolve("axe-core/axe.min.js");

interface Violation {
  id: string;
  nodes: { target: string[] }[];
}

/** What axe finds inside of the last element that `selector` finds, one line each. */
export async function faultsIn(page: Page, selector: string): Promise<string[]> {
  if (!(await page.evaluate<boolean>('typeof axe !== "undefined"'))) await page.addScriptTag({ path: script });
  const where = `[...document.querySelectorAll(${JSON.stringify(selector)})].at(-1)`;
  const violations = await page.evaluate<Violation[]>(`axe.run(${where}).then(({ violations }) => violations)`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}
