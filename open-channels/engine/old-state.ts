import { isObject } from "../../rest/envelope";
import type { Delivery } from "../events/delivery";
import type { Line } from "./journal";

/** Whose turn it was, as version 0.1.0 wrote it. */
const OWNERS = ["bot", "waiting", "human", "closed"];

/**
 * The state file of version 0.1.0 as lines of the journal; taken over once, because the next snapshot replaces it.
 * @param saved the parsed content of the file
 * @param now ms, for entries that had no moment of their own
 * @returns null when it is no such file
 */
export function readOldState(saved: Record<string, unknown>, now: number): { lines: Line[]; moment: number } | null {
  if (saved["version"] !== 1 || !["done", "owners", "posted"].every((name) => Array.isArray(saved[name]))) return null;
  const list = (name: string): unknown[] => (Array.isArray(saved[name]) ? (saved[name] as unknown[]) : []);
  const text = (name: string): string => (typeof saved[name] === "string" ? saved[name] : "");
  const cursor = Number(saved["cursor"]) || 0;
  const lines: Line[] = [
    ["m", { token: text("token"), handlerUrl: text("handlerUrl") }],
    ["c", cursor],
  ];
  for (const key of list("done")) {
    if (typeof key !== "string" || (/^\d+$/.test(key) && Number(key) < cursor)) continue;
    lines.push(["e", key, 0, 0, 0, 0], ["d", key, 0]);
  }
  for (const entry of list("owners")) {
    const [chatId, ownership] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (!isObject(ownership)) continue;
    const owner = OWNERS.indexOf(String(ownership["owner"]));
    const session = Number(ownership["sessionId"]) || 0;
    // Who had it was known then, not since which message; that they had it is what matters.
    if (owner >= 0)
      lines.push([
        "o",
        Number(chatId),
        owner,
        owner === 2 ? 1 : 0,
        session,
        0,
        0,
        0,
        Number(ownership["since"]) || now,
      ]);
  }
  return { lines, moment: now };
}

/** Posted events that were not done; the portal does not deliver them again. */
export function oldPosted(saved: unknown): Delivery[] {
  if (!isObject(saved) || saved["version"] !== 1 || !Array.isArray(saved["posted"])) return [];
  return (saved["posted"] as unknown[]).filter(isDelivery);
}

const isDelivery = (value: unknown): value is Delivery =>
  isObject(value) && typeof value["name"] === "string" && isObject(value["data"]);
