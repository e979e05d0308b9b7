/** What this package uses of Node-RED's editor. It publishes no types for these parts. */

interface RedNodeDefinition {
  readonly category: string;
}

/** A rule of a core switch node. */
interface RedSwitchRule {
  readonly t: string;
  readonly v?: string;
  readonly vt?: string;
}

/** A node of the workspace or a config node, with its saved properties beside the editor's own. */
interface RedNode {
  readonly id: string;
  readonly type: string;
  readonly _def?: RedNodeDefinition;
  /** The flow; absent for config nodes of the whole workspace. */
  readonly z?: string;
  /** The group. */
  readonly g?: string;
  /** Whether it is disabled. */
  readonly d?: boolean;
  readonly credentials?: Readonly<Record<string, unknown>>;
  x: number;
  y: number;
  w?: number;
  h?: number;
  [property: string]: unknown;
}

interface RedGroup {
  readonly id: string;
  readonly g?: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface RedSubflow {
  readonly in: RedNode[];
  readonly out: RedNode[];
}

/** One step that the editor can take back. */
type RedHistoryEvent = Record<string, unknown>;

interface RedButton {
  readonly id: string;
  readonly text: string;
  readonly class?: string;
  readonly click: () => void;
}

interface RedTray {
  readonly title: string;
  readonly width?: number;
  readonly focusElement?: boolean;
  readonly buttons: readonly RedButton[];
  readonly open: (tray: JQuery) => void;
  readonly show?: () => void;
  readonly close?: () => void;
}

interface RedPanel {
  readonly container: JQuery;
  show(options: {
    target: JQuery;
    align: "left" | "right";
    offset: readonly [number, number];
    onclose?: () => void;
  }): void;
  hide(): void;
}

interface RedEditor {
  /** A text of a catalogue, as `package/file:key` or a key of the editor's own. */
  _(key: string, values?: Readonly<Record<string, unknown>>): string;
  readonly clipboard: { copyText(text: string, element: JQuery, message: string): void };
  readonly editor: {
    editText(options: { value: string; focus?: boolean; complete: (edited: string) => void }): void;
    /** The nodes whose dialogs are open, the last one on top. */
    getEditStack(): readonly RedNode[];
    validateNode(node: RedNode): boolean;
  };
  readonly events: {
    on(event: string, listener: () => void): void;
    off(event: string, listener: () => void): void;
  };
  readonly group: { addToGroup(group: RedGroup, node: RedNode): void };
  readonly i18n: { lang(): string };
  readonly nodes: {
    add(node: RedNode): RedNode;
    addLink(link: { source: RedNode; sourcePort: number; target: RedNode }): void;
    eachConfig(visit: (node: RedNode) => void): void;
    eachNode(visit: (node: RedNode) => void): void;
    filterNodes(filter: { z?: string }): RedNode[];
    getType(type: string): unknown;
    group(id: string | undefined): RedGroup | undefined;
    groups(flow: string | undefined): RedGroup[];
    junctions(flow: string | undefined): RedNode[];
    node(id: unknown): RedNode | null | undefined;
    subflow(id: string | undefined): RedSubflow | undefined;
  };
  readonly popover: { panel(content: JQuery): RedPanel };
  readonly settings: { readonly httpNodeRoot?: string | false };
  readonly tray: {
    show(tray: RedTray): void;
    close(done?: () => void): void;
    resize(): void;
  };
  readonly utils: {
    getNodeLabel(node: RedNode, fallback: string): string;
    /** @returns true, or false or a sentence saying what is wrong */
    validateTypedProperty(value: unknown, type: string, options: { label: string }): boolean | string;
  };
  readonly view: {
    readonly snapGrid: boolean;
    readonly tools: { calculateGridSnapOffsets(node: RedNode): { x: number; y: number } };
    calculateNodeDimensions(node: RedNode): [number, number];
    createNode(type: string, x?: number, y?: number, flow?: string): { node: RedNode; historyEvent: RedHistoryEvent };
    reveal(id: string): void;
  };
}

declare const RED: RedEditor;

/** One way to give a value in a typed input. */
interface RedTypedInputType {
  readonly value: string;
  readonly label: string;
  readonly icon?: string;
  readonly hasValue?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly valueLabel?: (container: JQuery, value: string) => void;
  /** Called with the typed input as `this`. */
  readonly expand?: (this: RedTypedInput) => void;
}

interface RedTypedInput {
  value(): string;
  value(text: string): void;
}

interface RedEditableListOptions<Item> {
  readonly addButton?: string | boolean;
  readonly height?: number | "auto";
  readonly sortable?: boolean;
  readonly removable?: boolean;
  readonly addItem?: (container: JQuery, index: number, data: Item) => void;
  readonly sortItems?: () => void;
  readonly removeItem?: (data: Item) => void;
}

interface JQuery {
  typedInput(options: { default: string; types: readonly (string | RedTypedInputType)[]; typeField?: string }): this;
  typedInput(part: "type" | "value"): string;
  typedInput(part: "type" | "value", given: string): this;
  editableList<Item>(options: RedEditableListOptions<Item>): this;
  editableList(part: "items"): JQuery;
  editableList<Item>(part: "addItems", items: readonly Item[]): this;
}
