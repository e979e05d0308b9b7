import { methodId, type ParamKind } from "../../open-channels/actions/methods/method";
import { DECLARED_METHODS } from "../declared";

export { methodId, type ParamKind } from "../../open-channels/actions/methods/method";

export interface Param {
  readonly name: string;
  readonly isRequired: boolean;
  readonly kind: ParamKind;
}

export interface Method {
  readonly name: string;
  readonly params: readonly Param[];
  /** Codes that only this method answers with, beside those that any method can. */
  readonly errors: readonly string[];
}

const paramOf = ([name, kind]: [string, string]): Param => ({
  name,
  isRequired: kind.endsWith("*"),
  kind: kind.replace("*", "") as ParamKind,
});

/** All methods that have a form. */
export const METHODS: readonly Method[] = DECLARED_METHODS.map(({ name, params, errors }) => ({
  name,
  params: Object.entries(params).map(paramOf),
  errors,
}));

const BY_ID = new Map(METHODS.map((method) => [methodId(method.name), method]));

/** A method by its name as the portal takes it; undefined when it has no form. */
export const findMethod = (name: string): Method | undefined => BY_ID.get(methodId(name.trim()));

/** Whether bot platform 2.0 has a newer method for the same. */
export const isOld = ({ name }: Method): boolean => /^imbot\.(?!v2\.)/.test(name);
