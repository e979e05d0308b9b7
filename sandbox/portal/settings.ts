/** What kind of portal it is. */
export interface PortalSettings {
  /** 1 hides all of `imbot.v2.*`, as on a portal from before April 2026. */
  botPlatform: 1 | 2;
  /** Which of the two names of the network message method exists. */
  networkMethod: "add" | "send";
  /** Permissions of the webhook. */
  scopes: string[];
  /** Partner licence: no weekly limit for network messages. */
  nfr: boolean;
  /** The request counter: 50 and 2 a second, or 250 and 5. */
  requestLimit: "off" | "standard" | "enterprise";
  /** Without the bot module `imbot.*` is not there, and network methods answer `IMBOT_ERROR`. */
  imbotInstalled: boolean;
  /** Where documentation and server disagree on a status. */
  statuses: "source" | "docs";
  /** The portal moved: every REST request is answered by a 302 to this base address. */
  renamedTo: string | null;
  /** Every REST request is answered by a 302 to the licence page. */
  licenceExpired: boolean;
  /** `PORTAL_DELETED`: the site is closed. */
  closed: boolean;
  /** Pause before a request is looked at. */
  latencyMs: number;
  /** How long each call takes; calls of a batch take it one after the other. */
  callMs: number;
  /** A request that takes longer is cut with an HTML 504; what ran until then has run. */
  wallMs: number;
  /** The real portal refuses handlers without a dot in the host. */
  allowLoopbackHandlers: boolean;
  /** A v2 bot's webhook works only with `CLIENT_ID` in the handler's query string. */
  handlerNeedsClientId: boolean;
  /** How probably an event that is posted arrives twice, 0 to 1. */
  postTwice: number;
  /** Each posted event comes up to so many milliseconds late, so that they overtake each other. */
  postDelayMs: number;
  license: string;
  /** The portal's own code for its language (`en`, `ru`, `de`, `la`, `br`): named in events, and spoken from now on. */
  language: string;
  /** Seconds a method may run within ten minutes. */
  operatingLimit: number;
  /** Seconds charged for each call of a method (in lower case), besides the time it really took. */
  operatingCost: Record<string, number>;
  /** Whom calls in a batch are charged to: their own method, or `batch` itself. */
  operatingBatch: "method" | "batch";
  /** Refusals of the message core come out as its own code (`CANCELED`) instead of `WRONG_REQUEST`. */
  maskErrors: boolean;
  /** The webhook's user may change open channels. */
  canEditLines: boolean;
}

export const DEFAULT_SETTINGS: PortalSettings = {
  botPlatform: 2,
  networkMethod: "add",
  scopes: ["crm", "im", "imbot", "imopenlines", "user"],
  imbotInstalled: true,
  nfr: false,
  requestLimit: "off",
  statuses: "source",
  renamedTo: null,
  licenceExpired: false,
  closed: false,
  latencyMs: 0,
  callMs: 0,
  wallMs: 60_000,
  allowLoopbackHandlers: true,
  handlerNeedsClientId: false,
  postTwice: 0,
  postDelayMs: 0,
  license: "com_std",
  language: "en",
  operatingLimit: 480,
  operatingCost: {},
  operatingBatch: "method",
  maskErrors: false,
  canEditLines: true,
};
