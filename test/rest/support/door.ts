import type { CallOptions } from "../../../rest/portal";
import { watch, type Ending } from "./outcomes";
import { openScripted, ScriptedPortal } from "./scripted-portal";
import { VirtualClock } from "./virtual-clock";

export const SEND = "im.message.add";

/** A door in front of a scripted portal, in virtual time. */
export function setUp(settings: Parameters<typeof openScripted>[2] = {}) {
  const clock = new VirtualClock();
  const script = new ScriptedPortal(clock);
  const portal = openScripted(clock, script, settings);
  let made = 0;
  const call = (options: CallOptions = {}, method = SEND): Ending =>
    watch(portal.call(method, { ID: ++made }, options));
  /** Uses up what may go at once, so that further calls have to wait. */
  const drain = (): Ending[] => Array.from({ length: 48 }, () => call());
  return { clock, script, portal, call, drain };
}

export const codeOf = ({ error }: Ending): string => error?.code ?? "none";
