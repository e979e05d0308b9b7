/** What one request takes up; it is given back with `leave`. */
export interface Place {
  /** Takes up more. @returns false when there is no room for it; nothing is taken then */
  grow(bytes: number): boolean;
  leave(): void;
}

export interface RoomLimits {
  readonly requests: number;
  readonly bytes: number;
}

/** The part of the room that is open to requests which have not shown yet who sends them. */
const FOR_STRANGERS = 0.5;

/** Counts what posted requests keep in memory at once, so that no flood and no deploy fills it. */
export class Room {
  readonly #limits: RoomLimits;
  #requests = 0;
  #bytes = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** What is taken up now. */
  get taken(): RoomLimits {
    return { requests: this.#requests, bytes: this.#bytes };
  }

  /**
   * @param isStranger whether the request has not shown a token yet; strangers never take what the portal needs
   * @returns null when there is no room
   */
  enter(isStranger: boolean): Place | null {
    const share = isStranger ? FOR_STRANGERS : 1;
    if (this.#requests + 1 > this.#limits.requests * share) return null;
    this.#requests++;
    let own = 0;
    let isInside = true;
    return {
      grow: (bytes) => {
        if (this.#bytes + bytes > this.#limits.bytes * share) return false;
        this.#bytes += bytes;
        own += bytes;
        return true;
      },
      leave: () => {
        if (!isInside) return;
        isInside = false;
        this.#requests--;
        this.#bytes -= own;
      },
    };
  }
}
