/** What can be chosen for a practice portal, with a server in front of it or without. */
import type { Language } from "../portal/languages";
import type { SampleBot } from "../portal/sample";
import type { PortalSettings } from "../portal/settings";

export interface PortalOptions {
  /** No sample open channels, operators, bot or conversation. */
  blank?: boolean;
  /** Of the sample's people, open channels and texts, and of the portal's remarks in conversations; default `en`. */
  language?: Language;
  /** The bot of the sample open channels; default `SAMPLE_BOT`, named in the portal's language. A flow that registers this code with this token finds it there. */
  sampleBot?: SampleBot;
  /** Clock in milliseconds; default `Date.now`. */
  now?: () => number;
  /** Default off. */
  requestLimit?: PortalSettings["requestLimit"];
  /** Seed of everything random: event id gaps, fault probabilities, late deliveries. */
  seed?: number;
  /** At least 0, below 1; instead of `seed`. It goes on over a reset. */
  random?: () => number;
  /** The webhook's secret; default a random one. */
  secret?: string;
}
