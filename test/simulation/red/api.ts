import type { NodeAPI } from "node-red";
import type { Flows, NodeConstructor } from "./flows";
import { deepCopy } from "./flows";
import { FlowNode, type Message, type NodeConfig } from "./node";

export type Route = (request: object, response: object) => void;

export interface ApiParts {
  readonly flows: Flows;
  readonly types: Map<string, NodeConstructor>;
  readonly routes: Map<string, Route>;
  readonly userDir: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** The `RED` that nodes get. */
export function redApi({ flows, types, routes, userDir, environment }: ApiParts): NodeAPI {
  const ignored = (): void => undefined;
  const api = {
    version: () => "4.1.15",
    nodes: {
      createNode: (node: FlowNode, config: NodeConfig) =>
        FlowNode.prepare(node, config, flows, flows.credentials.get(config.id)),
      registerType(type: string, constructor: NodeConstructor) {
        Object.setPrototypeOf(constructor.prototype, FlowNode.prototype);
        types.set(type, constructor);
      },
      getNode: (id: string) => flows.getNode(id),
      eachNode: (task: (config: NodeConfig) => void) => flows.eachNode(task),
      getCredentials: (id: string) => flows.credentials.get(id),
      addCredentials: (id: string, credentials: object) => void flows.credentials.set(id, credentials),
      getType: (type: string) => types.get(type),
    },
    httpNode: {
      post: (path: string, ...handlers: Route[]) => void routes.set(`POST ${path}`, handlers.at(-1) ?? ignored),
      get: (path: string, ...handlers: Route[]) => void routes.set(`GET ${path}`, handlers.at(-1) ?? ignored),
      use: ignored,
    },
    httpAdmin: { get: ignored, post: ignored, put: ignored, delete: ignored, use: ignored },
    auth: { needsPermission: () => ignored },
    comms: { publish: ignored },
    hooks: { add: ignored, remove: ignored },
    plugins: { registerPlugin: ignored, get: ignored, getByType: () => [] },
    library: { register: ignored },
    events: flows.events,
    settings: { userDir, httpNodeRoot: "/", httpAdminRoot: "/", get: ignored, set: ignored, available: () => false },
    log: {
      info: (text: unknown) => flows.watch.logged("info", null, String(text)),
      warn: (text: unknown) => flows.watch.logged("warn", null, String(text)),
      error: (text: unknown) => flows.watch.logged("error", null, String(text)),
      debug: ignored,
      trace: ignored,
      log: ignored,
      metric: () => false,
    },
    util: {
      generateId: () => flows.generateId(),
      cloneMessage: (value: unknown) => deepCopy(value),
      evaluateNodeProperty,
      getMessageProperty: propertyOf,
      setMessageProperty(msg: Message, path: string, value: unknown) {
        msg[path] = value;
      },
    },
    _: (key: string) => key,
  };

  function evaluateNodeProperty(
    value: string,
    type: string,
    _node: unknown,
    msg: Message,
    callback: (error: unknown, result?: unknown) => void,
  ): void {
    try {
      callback(null, evaluate(value, type, msg, environment));
    } catch (error) {
      callback(error);
    }
  }
  return api as unknown as NodeAPI;
}

function evaluate(value: string, type: string, msg: Message, environment: Readonly<Record<string, string>>): unknown {
  switch (type) {
    case "str":
      return value;
    case "num":
      return Number(value);
    case "bool":
      return /^true$/i.test(value);
    case "json":
      return JSON.parse(value) as unknown;
    case "msg":
      return propertyOf(msg, value);
    case "env":
      return environment[value] ?? "";
    default:
      throw new Error(`not simulated: ${type}`);
  }
}

function propertyOf(msg: Message, path: string): unknown {
  let found: unknown = msg;
  for (const name of path.split(".")) found = (found as Record<string, unknown> | undefined)?.[name];
  return found;
}
