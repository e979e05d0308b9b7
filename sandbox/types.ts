/** The public face of the sandbox: options, and all types that go with it. */
import type { Control } from "./control-types";
import type { PortalSettings } from "./settings";
import type { Language } from "./words";

export * from "./control-types";
export * from "./portal-types";
export * from "./records";
export * from "./view-types";
export type { Language } from "./words";
export type { PortalSettings } from "./settings";

export interface SandboxOptions extends PortalOptions {
  /** 0 (default) takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
}

export interface PortalOptions {
  /** No sample lines, operators, bot or dialog. */
  blank?: boolean;
  /** Of the sample's people, lines and texts, and of the portal's remarks in dialogs; default `en`. */
  language?: Language;
  /** The bot of the sample lines; default `SAMPLE_BOT`, named in the portal's language. A flow that registers this code with this token finds it there. */
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

export interface SampleBot {
  code: string;
  name: string;
  token: string;
}

export interface Sandbox {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** http://127.0.0.1:PORT/rest/1/SECRET/ */
  readonly webhookUrl: string;
  readonly secret: string;
  readonly control: Control;
  /** Resolves when all sockets are closed. */
  close(): Promise<void>;
}
