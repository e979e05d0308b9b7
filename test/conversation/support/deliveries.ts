import type { DeliveryView, Sandbox } from "../../../sandbox/index";
import { until } from "./until";

/**
 * What the portal has posted so far, once nothing of it is under way any longer. To be asked for before any look at a
 * status: the bot's answer can be written before the portal has read the receiver's own.
 */
export async function endedDeliveries(sandbox: Sandbox): Promise<DeliveryView[]> {
  const deliveries = (): DeliveryView[] => sandbox.control.events().deliveries;
  const isOver = ({ ms, error }: DeliveryView): boolean => ms !== null || error !== null;
  await until(sandbox, () => deliveries().every(isOver), "the end of all deliveries");
  return deliveries();
}

/** How deliveries ended, each way once: the receiver's status, or why there was none. */
export function endings(deliveries: readonly DeliveryView[]): (number | string | null)[] {
  return [...new Set(deliveries.map(({ status, error }) => status ?? error))];
}
