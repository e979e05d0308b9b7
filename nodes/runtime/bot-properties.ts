import type { NodeAPI } from "node-red";
import { receiverAddress } from "../../open-channels/bot/receiver-address";

/** The config node's properties that concern the bot, as they are saved. */
export interface BotProperties {
  readonly botCode?: string;
  readonly botName?: string;
  readonly botId?: string | number;
  readonly eventMode?: string;
  readonly publicUrl?: string;
  readonly pollInterval?: string | number;
}

/** The address under which the portal reaches a config node's receiver, or null when there is none. */
export function handlerUrl(RED: NodeAPI, { publicUrl }: BotProperties, nodeId: string): string | null {
  return receiverAddress(publicUrl, RED.settings.httpNodeRoot, nodeId);
}
