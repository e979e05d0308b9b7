import { isObject } from "../../rest/envelope";
import { CallError, outcomeUnknown } from "../../rest/errors";
import type { Success } from "../../rest/portal";

/** The one list of a page: the result itself, or the only list that it holds; else null. */
function listOf(result: unknown): unknown[] | null {
  if (Array.isArray(result)) return result as unknown[];
  const lists = isObject(result) ? Object.values(result).filter((value) => Array.isArray(value)) : [];
  return lists.length === 1 ? (lists[0] as unknown[]) : null;
}

/** What a page of most lists holds at most. [S rest/classes/general/rest.php] */
const FULL_PAGE = 50;
/** Pages that are asked for without the portal having named them; a list that long has no end. */
const MOST_GUESSED = 1_000;

/** One page; `list` is null for a result that holds no list, `success.attempts` counts what led to nothing as well. */
export interface ListPage {
  readonly success: Success;
  readonly list: unknown[] | null;
  readonly isLast: boolean;
}

/** How a list is asked for. */
export interface Paging {
  readonly method: string;
  /** Whether a page may be asked for that the portal has not named: only where asking has no effect. */
  readonly mayGuess: boolean;
  /** Asks for the page from `start` on; null: for the first one. Rejects with CallError. */
  readonly ask: (start: number | null) => Promise<Success>;
}

/**
 * All pages of a list, each handed over before the next one is asked for wherever the portal says that there is one.
 * @throws CallError of a page, or BAD_RESPONSE when the list does not move on or does not end
 */
export async function* pagesOf({ method, mayGuess, ask }: Paging): AsyncGenerator<ListPage> {
  let start = 0;
  let guessed = 0;
  let success: Success | null = await ask(null);
  while (success) {
    const list: unknown[] | null = listOf(success.result);
    const { next } = success;
    if (mayGuess && list !== null && next === null && mayHaveMore(success, list, start)) {
      if (++guessed > MOST_GUESSED) throw badPage(method, "the list does not end");
      start += FULL_PAGE;
      const guess: Guess = await guessAfter(list, () => ask(start));
      const attempts: number = success.attempts + guess.attempts;
      yield { success: { ...success, attempts }, list, isLast: guess.page === null && guess.error === null };
      if (guess.error !== null) throw guess.error;
      success = guess.page;
      continue;
    }
    yield { success, list, isLast: list === null || next === null };
    if (list === null || next === null) return;
    // A portal that does not move on would be asked for ever.
    if (next <= start) throw badPage(method, "the next page is not behind this one");
    start = next;
    success = await ask(start);
  }
}

export const badPage = (method: string, description: string): CallError =>
  outcomeUnknown("BAD_RESPONSE", { method, description });

/** Whether a page without a next one may not be the last: it is full, and no total says that this is all. */
const mayHaveMore = ({ total }: Success, list: readonly unknown[], start: number): boolean =>
  list.length === FULL_PAGE && (total === null || total > start + FULL_PAGE);

interface Guess {
  /** The page that was there after all; null when the one before was the last. */
  readonly page: Success | null;
  readonly error: CallError | null;
  /** Attempts that led to no page. */
  readonly attempts: number;
}

/** What comes of asking for a page that the portal did not name: methods that do not page answer with the same again. */
async function guessAfter(before: readonly unknown[], ask: () => Promise<Success>): Promise<Guess> {
  try {
    const page = await ask();
    const list = listOf(page.result) ?? [];
    const isNew = list.length > 0 && !repeats(before, list);
    return isNew ? { page, error: null, attempts: 0 } : { page: null, error: null, attempts: page.attempts };
  } catch (error) {
    // The page before has come and is handed over first.
    if (error instanceof CallError) return { page: null, error, attempts: 0 };
    throw error;
  }
}

/** Whether nothing of `list` is new, or it is the page before with a few changes; an item that moved on is neither. */
function repeats(before: readonly unknown[], list: readonly unknown[]): boolean {
  const known = new Set(before.map((item) => JSON.stringify(item)));
  const seen = list.filter((item) => known.has(JSON.stringify(item))).length;
  return seen === list.length || (list.length === before.length && seen * 2 >= list.length);
}
