/** What the scripts that take pictures use of the editor's own object, inside its page. */
interface EditorNode {
  id: string;
  type: string;
  name: string;
  y: number;
  z: string;
  valid: boolean;
  portal: string;
  status?: { fill?: string };
}

declare var RED: {
  nodes: {
    filterNodes(filter: object): EditorNode[];
    groups(workspace: string): { x: number; y: number; w: number }[];
  };
  view: { select(selection: { nodes: (EditorNode | undefined)[] }): void };
  workspaces: { show(id: string | undefined): void; active(): string };
  sidebar: { show(id: string): void };
  editor: { edit(node: EditorNode): void; editConfig(name: string, type: string, id: string): void };
  actions: { invoke(action: string): void };
};
