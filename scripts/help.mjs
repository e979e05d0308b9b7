// What every action's help says of errors, made of its declaration and of the errors' own words.

/** What the config node of a new portal says; texts name these numbers. */
const USUAL = { seconds: 600, waiting: 10_000 };

/** The way that has a code; the last way is what a node does unless it is told otherwise. */
const wayWith = ({ ways }, code) => ways.findLast(({ codes }) => code in codes) ?? ways.at(-1);

/**
 * What people read about a code in a node.
 * @param titles `{ title, hint }` by the code, or by the code and the use that it means something else in
 * @param method as the texts name it
 */
export function wordsOf(code, { texts, type, method }, titles, language) {
  const filed = texts ?? type.replace("bitrix24-", "");
  const { title, hint } = titles[`${code}_${filed}`] ?? titles[code] ?? {};
  if (title === undefined || hint === undefined) throw new Error(`${language}: no title or no hint for ${code}`);
  const numbers = Object.entries(USUAL).map(([name, value]) => [name, value.toLocaleString(language)]);
  const values = Object.fromEntries([...numbers, ["method", method]]);
  const fill = (text) => text.replace(/__(\w+?)__/g, (place, name) => values[name] ?? place);
  return { title: fill(title), hint: fill(hint) };
}

/** Puts the paragraphs and the table before the last section, the references. */
export function withErrors(help, operation, { titles, words, language }) {
  const rows = operation.help.map((code) => {
    const { texts, methods } = wayWith(operation, code);
    const about = { type: operation.type, texts, method: `\`${methods[0] ?? "msg.error.method"}\`` };
    const { title, hint } = wordsOf(code, about, titles, language);
    return `| \`${code}\` | ${title} ${hint} |`;
  });
  const table = [`| ${words.error} | ${words.meaning} |`, "| --- | --- |", ...rows].join("\n");
  const paragraphs = [words.outcome, words.unwired, words.list].join("\n");
  const at = help.lastIndexOf("\n### ");
  return `${help.slice(0, at)}\n${paragraphs}\n\n${table}\n${help.slice(at)}`;
}
