import type { ActionFacts } from "../open-channels/actions/facts";
import type { Method } from "../open-channels/actions/methods/method";

/** What the declarations of the actions say, as data; the build puts it here. */
declare const DECLARED: {
  readonly actions: readonly ActionFacts[];
  readonly methods: readonly Pick<Method, "name" | "params" | "errors">[];
};

/** Methods that have a form, in the order in which people see them. */
export const DECLARED_METHODS = DECLARED.methods;

/** What is known of a type of node; undefined when it is no action. */
export const findAction = (type: string): ActionFacts | undefined =>
  DECLARED.actions.find((action) => action.type === type);
