import { plans, type Plan } from "./budget";
import type { Clock } from "./clock";
import { Dispatcher } from "./dispatcher";

/** How many of the unused dispatchers are looked at each time: two for one that comes, so that they become fewer. */
const LOOKED_AT = 2;

/** A place at an address's dispatcher. */
export interface Membership {
  readonly dispatcher: Dispatcher;
  /** Gives the place back. */
  readonly leave: () => void;
}

/** Who joins. */
export interface Member {
  /** Its idea of the portal's plan. */
  readonly plan?: Plan;
  /** It only asks something meanwhile: its idea of the plan counts only when nobody else has one. */
  readonly guest?: boolean;
}

/**
 * The dispatchers by portal address: the portal counts requests per address, so all who talk to one share its dispatcher.
 * One that nobody uses any more goes as soon as the portal's counter has run empty: what a deploy opens again before has
 * to know what is used up. There is one for each clock, because time measured by two clocks cannot be compared; outside of
 * tests there is only one clock.
 */
export class DispatcherRegistry {
  readonly #byClock = new Map<Clock, Map<string, Dispatcher>>();
  /** The unused ones, in the order in which they are to be looked at. */
  readonly #unused = new Map<Dispatcher, { readonly clock: Clock; readonly address: string }>();

  /** How many dispatchers there are. */
  get size(): number {
    let size = 0;
    for (const addresses of this.#byClock.values()) size += addresses.size;
    return size;
  }

  join(address: string, clock: Clock, { plan = plans.standard, guest = false }: Member = {}): Membership {
    const dispatcher = this.#dispatcherOf(address, clock);
    this.#unused.delete(dispatcher);
    this.#clear();
    const leave = dispatcher.users.join(plan, guest);
    return {
      dispatcher,
      leave: () => {
        leave();
        if (!dispatcher.isUsed) this.#unused.set(dispatcher, { clock, address });
        this.#clear();
      },
    };
  }

  #dispatcherOf(address: string, clock: Clock): Dispatcher {
    let addresses = this.#byClock.get(clock);
    if (!addresses) this.#byClock.set(clock, (addresses = new Map<string, Dispatcher>()));
    let dispatcher = addresses.get(address);
    if (!dispatcher) addresses.set(address, (dispatcher = new Dispatcher(clock)));
    return dispatcher;
  }

  #clear(): void {
    let looks = LOOKED_AT;
    for (const [dispatcher, place] of this.#unused) {
      if (looks-- === 0) return;
      this.#unused.delete(dispatcher);
      // Not empty yet: it goes to the end of the line.
      if (dispatcher.isDone) this.#drop(place);
      else this.#unused.set(dispatcher, place);
    }
  }

  #drop({ clock, address }: { readonly clock: Clock; readonly address: string }): void {
    const addresses = this.#byClock.get(clock);
    addresses?.delete(address);
    if (addresses?.size === 0) this.#byClock.delete(clock);
  }
}

/** The dispatchers of this process. */
export const processDispatchers = new DispatcherRegistry();
