/**
 * How many steps a backtracking engine takes for a regular expression: V8 has such an engine and does not tell. Only
 * what this package writes is understood: no back references, no lookbehind.
 */

/** Says whether the rest matches from here on. */
type Rest = (at: number) => boolean;
type Matcher = (at: number, rest: Rest) => boolean;

const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/;
/** One character of a pattern, an escape or a class. */
const SINGLE = /^(?:\[(?:\\.|[^\]\\])*\]|\\u\{[\da-f]+\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\[pP]\{[^}]*\}|\\.|[^\\])/isu;

/** Reads a pattern once, and counts the steps of its searches. */
export class StepCounter {
  readonly #root: Matcher;
  readonly #flags: string;
  #pattern: string;
  #text: readonly string[] = [];
  #steps = 0;

  constructor({ source, flags }: RegExp) {
    this.#pattern = source;
    this.#flags = flags;
    this.#root = this.#alternatives();
    if (this.#pattern !== "") throw new Error(`not understood: ${this.#pattern} in /${source}/`);
  }

  /** Steps for finding all matches in `text`, as a replacement of each would take them. */
  steps(text: string): number {
    this.#text = this.#flags.includes("u") ? Array.from(text) : text.split("");
    this.#steps = 0;
    for (let from = 0; from <= this.#text.length; from++) {
      let end = -1;
      const isFound = this.#root(from, (at) => {
        end = at;
        return true;
      });
      if (isFound && end > from) from = end - 1;
    }
    return this.#steps;
  }

  #alternatives(): Matcher {
    const ways = [this.#sequence()];
    while (this.#take("|")) ways.push(this.#sequence());
    return (at, rest) => ways.some((way) => way(at, rest));
  }

  #sequence(): Matcher {
    const parts: Matcher[] = [];
    while (this.#pattern !== "" && !/^[|)]/.test(this.#pattern)) parts.push(this.#quantified(this.#atom()));
    const from =
      (index: number, rest: Rest): Rest =>
      (at) => {
        const part = parts[index];
        return part ? part(at, from(index + 1, rest)) : rest(at);
      };
    return (at, rest) => from(0, rest)(at);
  }

  #atom(): Matcher {
    if (this.#take("(?:") || /^\((?!\?)/.test(this.#pattern)) {
      this.#take("(");
      return this.#closed(this.#alternatives());
    }
    for (const [sign, wanted] of [
      ["(?=", true],
      ["(?!", false],
    ] as const)
      if (this.#take(sign)) {
        const inner = this.#closed(this.#alternatives());
        return (at, rest) => inner(at, () => true) === wanted && rest(at);
      }
    if (this.#take("^")) return (at, rest) => this.#step() && at === 0 && rest(at);
    if (this.#take("$")) return (at, rest) => this.#step() && at === this.#text.length && rest(at);
    return this.#single();
  }

  #closed(inner: Matcher): Matcher {
    if (!this.#take(")")) throw new Error(`not understood: ${this.#pattern}`);
    return inner;
  }

  #single(): Matcher {
    const [part = ""] = SINGLE.exec(this.#pattern) ?? [];
    if (part === "" || /^(?:\\[1-9bBk]|\()/.test(part)) throw new Error(`not understood: ${this.#pattern}`);
    this.#take(part);
    const one = new RegExp(`^${part}$`, this.#flags.replace(/[gy]/g, ""));
    const known = new Map<string, boolean>();
    return (at, rest) => {
      this.#step();
      const char = this.#text[at];
      if (char === undefined) return false;
      let fits = known.get(char);
      if (fits === undefined) known.set(char, (fits = one.test(char)));
      return fits && rest(at + 1);
    };
  }

  #quantified(atom: Matcher): Matcher {
    const [sign = "", least, comma, most] = QUANTIFIER.exec(this.#pattern) ?? [];
    if (sign === "") return atom;
    this.#take(sign);
    const min = least === undefined ? (sign.startsWith("+") ? 1 : 0) : Number(least);
    const max =
      least === undefined ? (sign.startsWith("?") ? 1 : Infinity) : comma === "" ? min : Number(most || Infinity);
    const isLazy = sign.length > 1 && sign.endsWith("?");
    const repeat = (count: number, at: number, rest: Rest): boolean => {
      const more = (): boolean =>
        count < max && atom(at, (next) => (next > at || count < min) && repeat(count + 1, next, rest));
      const enough = (): boolean => count >= min && rest(at);
      return isLazy ? enough() || more() : more() || enough();
    };
    return (at, rest) => repeat(0, at, rest);
  }

  #take(sign: string): boolean {
    if (!this.#pattern.startsWith(sign)) return false;
    this.#pattern = this.#pattern.slice(sign.length);
    return true;
  }

  #step(): true {
    this.#steps++;
    return true;
  }
}
