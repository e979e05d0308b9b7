/** A bot that may be made in a dialog: its token, and its id once it is there. */
export interface MadeBot {
  readonly token: string;
  id: number | null;
}

const TOKEN_BYTES = 24;

/** A token that nobody can guess: 32 characters of a kind that fits into addresses. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_");
}

/**
 * Bots made while the editor is open. A dialog that is cancelled after it would otherwise leave a bot whose token nobody
 * has.
 */
export class MadeBots {
  readonly #made = new Map<string, MadeBot>();

  /**
   * The bot of a portal and code, as far as it was made from here.
   * @param place the webhook's address, or the config node's id when the webhook is stored and not known here
   */
  at(place: string, code: string): MadeBot {
    const key = `${place.replace(/^(.*?\/rest\/).*$/, "$1")} ${code}`;
    const known = this.#made.get(key) ?? { token: newToken(), id: null };
    this.#made.set(key, known);
    return known;
  }
}
