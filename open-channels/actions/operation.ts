import type { CodeWith, CommonCode, Outcome, Outcomes } from "../../rest/codes";
import type { JsonObject } from "../../rest/envelope";
import { notSent } from "../../rest/errors";
import type { ActionCallOptions, ActionSuccess } from "../engine/work";
import type { Field, Option } from "./fields";
import { know } from "./methods/known";
import type { Method } from "./methods/method";
import type { Parsing, Reading, Refuse, Warn } from "./reading";

/** The bot in whose name a portal's config node acts. */
export interface Bot {
  /** Its number on the portal, or null when the config node names none. */
  id(): Promise<number | null>;
  /** Its token, which is also the CLIENT_ID of transfer and finish; empty when there is none. */
  readonly token: string;
}

/** The portal as an action sees it: what it calls for a message runs once, however often the message's event comes. */
export interface ActionPortal {
  /** @throws CallError */
  call(method: string, params: JsonObject, options?: ActionCallOptions): Promise<ActionSuccess>;
}

/** What an action's node gives to it for one message. */
export interface RunContext {
  readonly portal: ActionPortal;
  readonly bot: Bot;
  readonly signal: AbortSignal;
  readonly warn: Warn;
  /** Hands over one page of many. */
  readonly page: (page: Page) => void;
}

/** What `run` may use; `refuse` takes the codes that were declared as never sent. */
export interface ActionContext<Code extends string> extends RunContext {
  readonly refuse: Refuse<Code>;
}

/** One page of a long list; `count` is known with the last one. */
export interface Page extends ActionSuccess {
  readonly index: number;
  readonly count: number | null;
}

type Fields = Readonly<Record<string, Field>>;
type Errors = Readonly<Record<string, Outcomes>>;
type NoErrors = Readonly<Record<never, Outcomes>>;
/** What the fields make of a message. */
type InputOf<Of extends Fields> = { readonly [Name in keyof Of]: ReturnType<Of[Name]["parse"]> };
type CodeOfFields<Of extends Fields> = Of[keyof Of]["codes"][number];
type Codes<Of extends Fields, Own extends Errors, Called extends string> =
  CodeOfFields<Of> | (keyof Own & string) | Called;

interface WayParts<Of extends Fields, Own extends Errors, Called extends string> {
  /** The plain properties with which the action is done in this way; the first way that fits counts. */
  readonly when?: Readonly<Record<string, string>>;
  /** The name under which texts of errors are filed that mean something else here. Absent: the node's. */
  readonly texts?: string;
  /** The REST methods that it calls; wrong values are told of under the name of the first. */
  readonly methods: readonly Method<Called>[];
  /** The field that names the method, where the flow chooses it. */
  readonly methodField?: keyof Of & string;
  /** What is read, in the order in which it is checked. */
  readonly fields: Of;
  /** Codes beside those of the fields and methods, or outcomes that those do not have. */
  readonly errors?: Own;
  /** Codes of the methods that this action cannot cause. */
  readonly impossible?: readonly NoInfer<Called>[];
  /** What comes out, for examples of messages. */
  readonly result: unknown;
  /** Rejects with CallError only; resolves with null when everything was handed over as pages. */
  run(context: ActionContext<CodeWith<Own, "not-sent">>, input: InputOf<Of>): Promise<ActionSuccess | null>;
}

/** One way to do an action: everything but `run` is data, which the editor gets as it is. */
export interface Way<Code extends string = string> {
  readonly when: Readonly<Record<string, string>>;
  readonly texts: string | null;
  readonly methods: readonly string[];
  readonly methodField: string | null;
  readonly fields: Fields;
  /** All codes of its own, with how a call can have ended then. */
  readonly codes: Readonly<Record<Code, readonly Outcome[]>>;
  readonly result: unknown;
  /**
   * Makes values of what was read and runs the action.
   * @param readings by field: a Reading of a pair, the value in force of an option
   * @throws CallError of a field, before anything is sent; of `run`
   */
  run(context: RunContext, readings: Readonly<Record<string, unknown>>): Promise<ActionSuccess | null>;
}

/** An action as data: what its node reads, which errors it knows, and what it does. */
export interface Operation<Code extends string = string> {
  readonly type: `bitrix24-${string}`;
  /** Plain properties that choose the way. */
  readonly settings: Readonly<Record<string, Option>>;
  readonly ways: readonly Way[];
  /** The codes of all ways. */
  readonly codes: readonly Code[];
  /** The codes that the node's help tells of. */
  readonly help: readonly string[];
}

/** One way to do an action, with the types of its own fields and codes. */
export function way<const Of extends Fields, const Own extends Errors = NoErrors, const Called extends string = never>(
  parts: WayParts<Of, Own, Called>,
): Way<Codes<Of, Own, Called>> {
  know(parts.methods);
  const { fields, methodField = null, methods } = parts;
  return {
    when: parts.when ?? {},
    texts: parts.texts ?? null,
    methods: methods.map(({ name }) => name),
    methodField,
    fields,
    codes: codesOf(parts),
    result: parts.result,
    run(context, readings) {
      let method = methods[0]?.name ?? "";
      const refuse: Refuse<string> = (code, details = {}, about = method) =>
        notSent<string>(code, { method: about, details });
      const parsing = { refuse, warn: context.warn, settings: readings };
      const input: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) {
        input[name] = parse(field, readings[name], parsing);
        if (name === methodField) method = String(input[name]);
      }
      return parts.run({ ...context, refuse }, input as InputOf<Of>);
    },
  };
}

const parse = (field: Field, reading: unknown, parsing: Parsing<string>): unknown =>
  field.kind === "pair" ? field.parse((reading ?? []) as Reading, parsing) : field.parse(reading, parsing);

function codesOf<Of extends Fields, Own extends Errors, Called extends string>({
  fields,
  methods,
  errors,
  impossible = [],
}: WayParts<Of, Own, Called>): Readonly<Record<Codes<Of, Own, Called>, readonly Outcome[]>> {
  const codes: Record<string, Outcome[]> = {};
  const add = (code: string, outcomes: Outcomes): void => {
    const known = (codes[code] ??= []);
    for (const outcome of [outcomes].flat()) if (!known.includes(outcome)) known.push(outcome);
  };
  for (const { codes: ofField } of Object.values(fields)) for (const code of ofField) add(code, "not-sent");
  for (const method of methods) for (const code of method.errors) if (!impossible.includes(code)) add(code, "refused");
  for (const [code, outcomes] of Object.entries(errors ?? {})) add(code, outcomes);
  return codes as Record<Codes<Of, Own, Called>, Outcome[]>;
}

interface OperationParts {
  readonly type: `bitrix24-${string}`;
}

/** An action that is done in one way. */
export function operation<
  const Of extends Fields,
  const Own extends Errors = NoErrors,
  const Called extends string = never,
>(
  parts: OperationParts & {
    readonly help: readonly NoInfer<Codes<Of, Own, Called> | CommonCode>[];
  } & WayParts<Of, Own, Called>,
): Operation<Codes<Of, Own, Called>> {
  const only = way(parts);
  return { type: parts.type, settings: {}, ways: [only], codes: codesIn([only]), help: parts.help };
}

type CodesIn<Ways extends readonly Way[]> = { [At in keyof Ways]: keyof Ways[At]["codes"] & string }[number];

/** An action whose plain properties choose between ways; the last way is for all other values. */
export const operationInWays = <const Ways extends readonly Way[]>(
  parts: OperationParts & {
    readonly settings: Readonly<Record<string, Option>>;
    readonly ways: Ways;
    readonly help: readonly NoInfer<CodesIn<Ways> | CommonCode>[];
  },
): Operation<CodesIn<Ways>> => ({ ...parts, codes: codesIn(parts.ways) });

const codesIn = <Code extends string>(ways: readonly Way[]): readonly Code[] => [
  ...new Set(ways.flatMap(({ codes }) => Object.keys(codes) as Code[])),
];

/** Every action adds itself here, where it is declared. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the declarations
export interface Actions {}

type CodeOf<Declared> = Declared extends Operation<infer Code> ? Code : never;

/** Every code that a node of this package declares; the portal can answer a call of any method with others. */
export type ErrorCode = CommonCode | CodeOf<Actions[keyof Actions]>;

/** How calls that concern one chat keep their order. */
export const chatKey = (chatId: number): string => `chat${chatId}`;
