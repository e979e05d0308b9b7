import { nodeInput } from "../shared/dom";
import { text } from "../shared/text";

/** What an event node can emit. */
export const TOPICS: readonly string[] = [
  ...["message", "join", "command", "update", "delete", "reaction", "context", "removed"],
  ...["session-start", "session-finish"],
];

/** A topic as people read it; one of a later version as it is saved. */
export const topicName = (topic: string): string => text(`topic.${topic}`, { defaultValue: topic });

/** The topics that were saved, whatever else a flow file may hold there. */
export const savedTopics = (saved: unknown): string[] =>
  Array.isArray(saved) ? saved.filter((topic): topic is string => typeof topic === "string") : [];

/** Shows the topics of an event node as checkboxes, kept in the hidden multiple select that the editor saves. */
export function topicList(node: RedNode): void {
  const select = nodeInput("events");
  const holder = $(".b24-topics");
  const chosen = savedTopics(node["events"]);
  for (const topic of new Set([...TOPICS, ...chosen])) {
    const isChosen = chosen.includes(topic);
    $("<option>").val(topic).text(topic).prop("selected", isChosen).appendTo(select);
    const box = $('<input type="checkbox">').attr("data-topic", topic).prop("checked", isChosen);
    $("<label>")
      .append(box, $("<span>").text(topicName(topic)))
      .appendTo(holder);
  }
  holder.on("change", "input", () => {
    const now = holder.find("input:checked").get();
    select.val(now.map((box) => box.dataset["topic"] ?? "")).trigger("change");
  });
}
