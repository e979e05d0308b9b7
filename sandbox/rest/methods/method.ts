/** What a REST method is, and what it is given. */
import type { User } from "../../portal/entities";
import type { Portal } from "../../portal/memory";
import type { Params } from "../../portal/php";

export interface Call {
  portal: Portal;
  /** As the method sees them: without what the server ate, in capitals where the method wants so. */
  params: Params;
  /** Paging offset, -1 = skip counting. */
  start: number;
  /** The webhook's user. */
  user: User;
  /** How long this call stays "in work" for the outside, in milliseconds. */
  workMs: number;
  /** Does the portal know this method, and may the webhook use it? */
  lookUp(name: string): { exists: boolean; available: boolean };
  /** `http://host` of the portal. */
  base: string;
}

export interface Method {
  name: string;
  /** One of these is needed; none = no permission needed. */
  scopes: readonly string[];
  /** Legacy methods see their top-level names in capitals; the others take names as documented. */
  upper: boolean;
  /** False: the method is not there with the portal's present settings. */
  present?(portal: Portal): boolean;
  run(call: Call): unknown;
}

/** A list of which the answer shows one page: `next` and `total` are beside `result`. */
export class Page {
  readonly result: unknown;
  readonly total: number | undefined;
  readonly next: number | undefined;

  constructor(result: unknown, total: number | undefined, next: number | undefined) {
    this.result = result;
    this.total = total;
    this.next = next;
  }
}

/** Methods of bot platform 2.0 are hidden on portals that do not have it. */
export function isV2(portal: Portal): boolean {
  return portal.settings.botPlatform === 2;
}
