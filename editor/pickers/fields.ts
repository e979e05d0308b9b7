import { nodeInput, valueOf } from "../shared/dom";
import { text } from "../shared/text";
import type { Source } from "./choices";
import { picker } from "./picker";
import { channels, lines, operators } from "./sources";
import { asOperator, asTarget, targetPair } from "./values";

/**
 * A row that holds the number of an employee.
 * @param label the property that keeps the name
 */
export function operatorPicker(field: string, label: string): void {
  picker({
    field,
    label,
    sources: () => [operators],
    read: asOperator,
    write: ({ id }) => ({ type: "num", value: id }),
  });
}

/**
 * The target of a transfer: an employee, a line, or either of them.
 * @param kindField the property that says which
 * @param label the property that keeps the name
 */
export function targetPicker(field: string, kindField: string, label: string): void {
  const kind = (): string => valueOf(nodeInput(kindField));
  const sources = (): Source[] => (kind() === "user" ? [operators] : kind() === "line" ? [lines] : [lines, operators]);
  picker({
    field,
    label,
    follow: [kindField],
    sources,
    read: (type, value) => asTarget(kind(), type, value),
    write: (row) => targetPair(kind(), row),
  });
}

/** The code of a network channel: what the flows use already is offered, a new one is typed. */
export function channelPicker(field: string): void {
  picker({
    field,
    sources: () => [channels],
    read: (type, value) => (type === "str" ? { kind: "channels", id: value } : null),
    write: ({ id }) => ({ type: "str", value: id }),
    tell: ({ note }) => text("picker.told.channels", { users: note }),
  });
}
