import { isObject, type JsonObject } from "../../rest/envelope";
import type { Delivery } from "./delivery";
import { id, part, text } from "./parts";

/**
 * Reads what `imbot.v2.Event.get` answered: a list of events, or a map where PHP has made one of it.
 * [D api-reference/chat-bots/chat-bots-v2/imbot.v2/events/event-get.md]
 * @param result the answer's result
 * @returns the events in the portal's order. One whose type cannot be read has the name `""`: nobody gets it, and it
 * counts as done, so that the cursor passes it. Null when the shape is unknown, which is an error and not "no news"
 */
export function readDeliveries(result: unknown): Delivery[] | null {
  const events = part(result, "events");
  if (!Array.isArray(events) && !isObject(events)) return null;
  const items: unknown[] = Object.values(events);
  const found = items.filter(isObject);
  // One broken entry of a list must not stop all that follow; a map of something else is no map of events.
  const isKnown = Array.isArray(events) ? found.length > 0 || items.length === 0 : found.length === items.length;
  return isKnown ? found.map(readDelivery) : null;
}

function readDelivery(event: JsonObject): Delivery {
  const eventId = part(event, "eventId");
  const data = part(event, "data");
  return {
    name: text(part(event, "type")) ?? "",
    id: id(eventId) ?? text(eventId),
    date: part(event, "date"),
    data: isObject(data) ? data : {},
  };
}
