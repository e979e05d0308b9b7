import type { Plan } from "./budget";

/** Who uses a portal's address at the moment, and which plan that makes. */
export class Users {
  readonly #all = new Set<{ readonly plan: Plan; readonly guest: boolean }>();
  readonly #adopt: (plan: Plan) => void;

  /** @param adopt called with the plan that counts, whenever it may have changed */
  constructor(adopt: (plan: Plan) => void) {
    this.#adopt = adopt;
  }

  get size(): number {
    return this.#all.size;
  }

  /**
   * Adds a user with its idea of the portal's plan; of several ideas the smallest counts. A guest's idea counts only
   * among guests. The result takes it back.
   */
  join(plan: Plan, guest: boolean): () => void {
    const user = { plan, guest };
    this.#all.add(user);
    this.#adoptSmallest();
    return () => {
      this.#all.delete(user);
      this.#adoptSmallest();
    };
  }

  #adoptSmallest(): void {
    const all = [...this.#all];
    const hosts = all.filter(({ guest }) => !guest);
    const [first, ...others] = (hosts.length > 0 ? hosts : all).map(({ plan }) => plan);
    if (first) this.#adopt(others.reduce((least, plan) => (plan.burst < least.burst ? plan : least), first));
  }
}
