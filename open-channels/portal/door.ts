import { openPortal, type CallOptions, type Portal } from "../../rest/portal";
import type { WebhookAddress } from "../../rest/address";
import type { JsonObject } from "../../rest/envelope";
import { CallError, outcomeUnknown } from "../../rest/errors";
import { requirePortal } from "./proof";

/** Somebody sits before the dialog and waits: longest time for all calls of one question, ms. */
const PATIENCE = 25_000;
/** Longest time for one answer, ms. */
const ANSWER = 10_000;

export interface DoorSettings {
  readonly webhook: WebhookAddress;
  /** Whether the address is deployed; one that was just typed has to prove first that a portal is there. */
  readonly isStored: boolean;
  readonly plan: unknown;
  readonly secrets: readonly string[];
}

export interface Door {
  readonly portal: Portal;
  readonly signal: AbortSignal;
  /** The result of a call that changes nothing. */
  readonly read: (method: string, params?: JsonObject) => Promise<unknown>;
}

/** Opens a door to the portal for one question of a dialog, and closes it whatever comes of it. */
export async function throughDoor<Answer>(
  { webhook, isStored, plan, secrets }: DoorSettings,
  ask: (door: Door) => Promise<Answer>,
): Promise<Answer> {
  const opened = openPortal({
    webhook,
    secrets,
    plan: plan === "enterprise" ? "enterprise" : "standard",
    maxWait: PATIENCE,
    grace: 500,
    guest: true,
  });
  const signal = AbortSignal.timeout(PATIENCE);
  const portal: Portal = {
    ...opened,
    call: (method, params, options: CallOptions = {}) =>
      opened.call(method, params, { lane: "conversation", timeout: ANSWER, ...options, signal }),
  };
  const read = async (method: string, params = {}): Promise<unknown> =>
    (await portal.call(method, params, { safe: true })).result;
  try {
    if (!isStored) await requirePortal(() => portal.call("profile", {}, { safe: true }));
    return opened.redactor.value(await ask({ portal, signal, read }));
  } catch (error) {
    // Nobody stopped a flow here: the time was over.
    throw error instanceof CallError && error.is("CANCELLED") && signal.aborted
      ? outcomeUnknown("TIMEOUT", { method: error.method })
      : error;
  } finally {
    await opened.close();
  }
}
