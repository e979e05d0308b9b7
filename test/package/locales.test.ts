import assert from "node:assert/strict";
import { dirname } from "node:path";
import { definitionOf, filesBelow, LANGUAGES, nodeSets, readText, scriptsOf, type Language } from "../support/project";

const SETS = nodeSets();

const NAMESPACE = "@bitrix24-flows/node-red-open-channels/";

/** What the portal answers a mistake with: by the methods that the nodes call, then by those that a flow can call. */
const CODES: Record<string, string> = {
  everywhere: `ERROR_METHOD_NOT_FOUND NO_AUTH_FOUND INVALID_CREDENTIALS INVALID_REQUEST expired_token invalid_token
    insufficient_scope ACCESS_DENIED user_access_error authorization_error APPLICATION_NOT_FOUND ERROR_OAUTH
    PAYMENT_REQUIRED NOT_INSTALLED CONNECTION_ERROR METHOD_CONFIRM_WAITING METHOD_CONFIRM_DENIED WRONG_AUTH_TYPE
    WRONG_LICENSE ERROR_MANIFEST_IS_NOT_AVAILABLE ERROR_ARGUMENT ERROR_CORE INTERNAL_SERVER_ERROR
    ERROR_UNEXPECTED_ANSWER INTERNAL_WRONG_TRANSPORT PORTAL_DELETED WRONG_ENCODING QUERY_LIMIT_EXCEEDED
    OPERATION_TIME_LIMIT OVERLOAD_LIMIT ERROR_BATCH_LENGTH_EXCEEDED ERROR_BATCH_METHOD_NOT_ALLOWED CANCELED`,
  "own codes": `NOT_CONFIGURED CONNECTION_FAILED CONNECTION_LOST TIMEOUT BAD_RESPONSE PORTAL_MOVED LICENSE_EXPIRED
    QUEUE_FULL WAITED_TOO_LONG CANCELLED PEOPLE_HAVE_THE_DIALOG SESSION_OVER INTERRUPTED UNKNOWN_ERROR ADDRESS_NOT_STORED
    VARIABLE_NOT_STORED BOT_TOKEN_TOO_SHORT BOT_NOT_READY BOT_PLATFORM_OLD PUBLIC_URL_MISSING`,
  "imopenlines.network.join": "CODE CODE_join IMBOT_ERROR NOT_FOUND NOT_FOUND_join INACTIVE",
  "imopenlines.network.message.add": `CODE_send_network IMBOT_ERROR NOT_FOUND_send_network USER_ID_EMPTY
    USER_ID_EMPTY_send_network USER_MESSAGE_LIMIT MESSAGE_EMPTY ATTACH_ERROR ATTACH_OVERSIZE KEYBOARD_ERROR
    KEYBOARD_ERROR_send_network WRONG_REQUEST WRONG_REQUEST_send_network ERROR_METHOD_NOT_FOUND_send_network`,
  "imopenlines.bot.session.operator": "CHAT_ID_EMPTY WRONG_CHAT",
  "imopenlines.bot.session.transfer": `CHAT_ID_EMPTY USER_ID_EMPTY_transfer QUEUE_ID_EMPTY TRANSFER_ID_EMPTY
    ACCESS_DENIED_transfer BOT_ID_ERROR BOT_ID_ERROR_transfer OPERATOR_WRONG`,
  "imopenlines.bot.session.finish": "CHAT_ID_EMPTY ACCESS_DENIED_finish BOT_ID_ERROR_finish",
  "imopenlines.bot.session.message.send": "CHAT_ID_EMPTY MESSAGE_EMPTY_send_automatic",
  "imbot.message.add": `ACCESS_DENIED_send BOT_ID_ERROR APP_ID_ERROR DIALOG_ID_EMPTY MESSAGE_EMPTY ATTACH_ERROR
    ATTACH_OVERSIZE KEYBOARD_ERROR KEYBOARD_OVERSIZE MENU_ERROR MENU_OVERSIZE WRONG_REQUEST_send`,
  "imbot.v2.Chat.Message.send": `BOT_TOKEN_NOT_SPECIFIED BOT_ID_REQUIRED BOT_NOT_FOUND BOT_OWNERSHIP_ERROR
    CHAT_NOT_FOUND EMPTY_MESSAGE PARAM_ATTACH_ERROR PARAM_KEYBOARD_ERROR REPLY_ERROR TOO_MANY_MESSAGES WRONG_UUID
    SENDING_FAILED MESSAGE_DUPLICATED_BY_UUID`,
  "imbot.v2.Bot.*": `BOT_TOKEN_INVALID_LENGTH BOT_CODE_REQUIRED BOT_PROPERTIES_REQUIRED BOT_INVALID_EVENT_MODE
    BOT_WEBHOOK_URL_REQUIRED BOT_CODE_ALREADY_TAKEN BOT_LIMIT_EXCEEDED BOT_INVALID_TYPE BOT_INVALID_CALLBACK
    BOT_AVATAR_INCORRECT_TYPE BOT_AVATAR_INCORRECT_SIZE BOT_REGISTER_FAILED BOT_TOKEN_ROTATION_FAILED
    BOT_UNREGISTER_FAILED PARAMS_REQUIRED`,
  "imbot.register, imbot.update": `EVENT_MESSAGE_ADD_ERROR EVENT_MESSAGE_UPDATE_ERROR EVENT_MESSAGE_DELETE_ERROR
    EVENT_WELCOME_MESSAGE_ERROR EVENT_BOT_DELETE_ERROR EVENT_CONTEXT_GET_ERROR CODE_ERROR NAME_ERROR MAX_COUNT_ERROR
    FETCH_NOT_SUPPORTED`,
  "imbot.v2.Event.get": "SCOPE_ERROR AUTH_ERROR USER_NOT_SUBSCRIBED",
  "imopenlines.operator.*, imopenlines.session.start, .join, .mode.*": `CHAT_ID CHAT_TYPE USER_ID ACCESS_DENIED_KICK
    ERROR_USER_NOT_OPERATOR NOT_LOAD_SESSION_OR_CHAT IMOL_CHAT_ERROR_NOT_LOAD_DATA`,
  "imopenlines.dialog.get, .session.head.vote, .session.history.get, .message.quick.save": `IM_NOT_INSTALLED
    ACCESS_ERROR EMPTY_SESSION_ID EMPTY_VOTE_PARAMS MISSING_REQUIRED_PARAM INVALID_SESSION_ID CANT_SAVE_QUICK_ANSWER`,
  "imopenlines.crm.*": `CRM_CHAT_EMPTY_CRM_DATA CHAT_NOT_IN_CRM CRM_CHAT_USER_NOT_ACTIVE CRM_CHAT_EMPTY_USER
    CHAT_DELETE_USER_PERMISSION_DENIED MESSAGE_ADD_ERROR`,
  "imopenlines.config.*": "CONFIG_ID_EMPTY INVALID_FORMAT CONFIG_WRONG_USER_PERMISSION",
  "imbot.message.*": "MESSAGE_ID_ERROR CANT_EDIT_MESSAGE WITHOUT_CHANGES",
  "imbot.command.*": "EVENT_COMMAND_ADD_ERROR COMMAND_ERROR LANG_ERROR COMMAND_ID_ERROR MESSAGE_ID_EMPTY",
  "imbot.v2.Chat.Message.*": "MESSAGE_NOT_FOUND BOT_TYPE_NOT_ALLOWED REACTION_NOT_FOUND REACTION_ALREADY_SET",
  "imbot.v2.File.*": `FILE_EMPTY FILE_INVALID_CONTENT FILE_FOLDER_ERROR FILE_UPLOAD_FAILED FILE_SEND_FAILED
    FILE_TOO_LARGE FILE_ACCESS_ERROR FILE_NOT_FOUND`,
  "imbot.v2.Command.*": `COMMAND_REQUIRED COMMAND_NAME_INVALID COMMAND_TITLE_REQUIRED COMMAND_REGISTER_FAILED
    COMMAND_NOT_FOUND COMMAND_NAME_EMPTY COMMAND_ALREADY_EXISTS COMMAND_ANSWER_FAILED`,
  "event.bind": "ERROR_EVENT_NOT_FOUND ERROR_UNSUPPORTED_PROTOCOL ERROR_WRONG_HANDLER_URL ERROR_HANDLER_URL_MATCH",
};

/** What the log says of the memory of events and answers. */
const WARNINGS = [
  ...["journalFile", "journalLine", "custodyMemory", "shared", "goneNode", "eventsGone", "smallerPage"],
  ...["knownElsewhere", "tooLong", "weakToken", "answersUnreadable"],
];

type Catalogue = Map<string, string>;

function flatten(tree: object, prefix = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null
      ? flatten(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, String(value)] as [string, string]],
  );
}

function catalogue(language: Language, set: string): Catalogue {
  return new Map(flatten(JSON.parse(readText(`dist/nodes/locales/${language}/${set}.json`)) as object));
}

const placeholders = (text: string): string[] => [...text.matchAll(/__\w+?__/g)].map(([name]) => name).sort();

/** The dialog of a set as HTML, without the script that registers it. */
function dialog(set: string): string {
  return scriptsOf(readText(`dist/nodes/${set}.html`))
    .filter(({ attributes }) => attributes.includes("data-template-name"))
    .map(({ code }) => code)
    .join("\n");
}

/** Keys that a dialog or its script asks the catalogues for, as `set:key`. */
function usedKeys(set: string): string[] {
  const html = readText(`dist/nodes/${set}.html`);
  const inDialog = [...html.matchAll(/data-i18n="([^"]+)"/g)].flatMap(([, list]) => (list ?? "").split(";"));
  const inScript = [...html.matchAll(/_\(\s*"([^"]+)"\s*[,)]/g)].map(([, key]) => key ?? "");
  const both = [...html.matchAll(/\? "([\w-]+\.output\.\w+)" : "([\w-]+\.output\.\w+)"/g)].flatMap(([, a, b]) => [
    a,
    b,
  ]);
  return [...inDialog, ...inScript, ...both.map(String)]
    .map((key) => key.replace(/^\[\w+\]/, ""))
    .filter((key) => !key.startsWith("node-red:") && !key.endsWith("."))
    .map((key) => (key.startsWith(NAMESPACE) ? key.slice(NAMESPACE.length) : `${set}:${key}`));
}

/** Where the modules of a folder of the editor find their texts, unless that is the catalogue of the portal. */
const FOLDER_TEXTS: Record<string, [set: string, prefix: string]> = {
  "editor/message": ["bitrix24-send", "bitrix24-send.compose."],
  "editor/methods": ["bitrix24-call", "bitrix24-call."],
};

/** Keys that a module of the editor names in full, as `set:key`. */
function keysOfModule(file: string): string[] {
  const code = readText(file);
  const [set, prefix] = FOLDER_TEXTS[dirname(file)] ?? ["bitrix24-portal", ""];
  const own = [
    ...[...code.matchAll(/\btext\("([\w.]+)"/g)].map(([, key]) => key ?? ""),
    ...[...code.matchAll(/\b(?:control|select|iconButton)\((?:'[^']*'|"[^"]*"), "([\w.]+)"/g)].map(
      ([, key]) => key ?? "",
    ),
  ];
  const mistakes = [...code.matchAll(/\bmistake\("(\w+)", (?:"(\w+)"|\w+)/g)].flatMap(([, rule, field]) => [
    `bitrix24-portal:validate.${rule}`,
    ...(field === undefined ? [] : [`bitrix24-portal:field.${field}`]),
  ]);
  return [...own.map((key) => `${set}:${prefix}${key}`), ...mistakes];
}

describe("the texts of the package", () => {
  it("have the same keys in all languages", () => {
    for (const set of SETS) {
      const [first, ...others] = LANGUAGES.map((language) => [...catalogue(language, set).keys()].sort());
      for (const other of others) assert.deepEqual(other, first, set);
    }
  });

  it("have the same placeholders in all languages", () => {
    for (const set of SETS) {
      const english = catalogue("en-US", set);
      for (const language of LANGUAGES)
        for (const [key, text] of catalogue(language, set))
          assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ""), `${language} ${set}: ${key}`);
    }
  });

  const sameEverywhere = /^(portal\.placeholder\.|typed\.takes\.(target|method|params)$|bitrix24-transfer\.node)/;

  it("are nowhere empty and really Russian in Russian", () => {
    for (const set of SETS) {
      for (const language of LANGUAGES)
        for (const [key, text] of catalogue(language, set))
          assert.notEqual(text.trim(), "", `${language} ${set}: ${key}`);
      for (const [key, text] of catalogue("ru", set))
        if (!sameEverywhere.test(key)) assert.match(text, /[а-яё]/i, `${set}: ${key}`);
      for (const language of LANGUAGES.filter((name) => name !== "ru"))
        for (const [key, text] of catalogue(language, set))
          assert.doesNotMatch(text, /[а-яё]/i, `${language} ${set}: ${key}`);
    }
  });

  it("are nowhere left in English: what has three words or more differs in each language", () => {
    const words = (text: string): number => text.replace(/__\w+?__/g, "").match(/\p{L}{2,}/gu)?.length ?? 0;
    const left: string[] = [];
    for (const set of SETS) {
      const english = catalogue("en-US", set);
      for (const language of LANGUAGES.filter((name) => name !== "en-US"))
        for (const [key, text] of catalogue(language, set))
          if (!sameEverywhere.test(key) && words(text) >= 3 && text === english.get(key))
            left.push(`${language} ${set}: ${key}`);
    }
    assert.deepEqual(left, []);
  });

  it("are all that dialogs show: no literal text in the HTML", () => {
    for (const set of SETS) {
      const html = dialog(set);
      assert.equal(html.replace(/<[^>]*>/g, "").trim(), "", set);
      assert.doesNotMatch(html, /\s(placeholder|title|alt|aria-label)="/, set);
    }
  });

  it("exist for every key that a dialog asks for", () => {
    const known = new Map(SETS.map((set) => [set, catalogue("en-US", set)]));
    for (const set of SETS) {
      const keys = usedKeys(set);
      assert.ok(keys.length > 0, set);
      const missing = keys.filter((key) => {
        const [, where = "", path = ""] = /^([^:]+):(.+)$/.exec(key) ?? [];
        return !known.get(where)?.has(path);
      });
      assert.deepEqual(missing, [], set);
    }
  });

  it("exist for every text that the editor's modules name", () => {
    const known = new Map(SETS.map((set) => [set, catalogue("en-US", set)]));
    const keys = filesBelow("editor", ".ts").flatMap((file) => keysOfModule(file).map((key) => ({ file, key })));
    assert.ok(keys.length > 80, String(keys.length));
    const missing = keys.filter(({ key }) => {
      const [set = "", path = ""] = key.split(":");
      return !known.get(set)?.has(path);
    });
    assert.deepEqual(missing, []);
  });

  it("exist for every field and value hint of a dialog", () => {
    const shared = catalogue("en-US", "bitrix24-portal");
    for (const set of SETS)
      for (const name of Object.keys(definitionOf(set).defaults).filter((key) => key.endsWith("Type"))) {
        const field = name.replace(/Type$/, "");
        assert.ok(shared.has(`field.${field}`), `${set}: ${field}`);
        assert.ok(shared.has(`typed.takes.${field}`), `${set}: ${field}`);
      }
  });

  it("exist for every key that the running nodes name", () => {
    const shared = catalogue("en-US", "bitrix24-portal");
    const sources = [...filesBelow("nodes", ".ts"), ...filesBelow("open-channels", ".ts")].map(readText).join("\n");
    const wanted = [
      ...[...sources.matchAll(/statusKey\("(\w+)"\)/g)].map(([, key]) => `status.${key}`),
      ...[...sources.matchAll(/#counted\("(\w+)"/g)].map(([, key]) => `status.${key}`),
      ...[...sources.matchAll(/\bwarn\("(\w+)"/g)].map(([, key]) => `warnings.${key}`),
      ...[...sources.matchAll(/lookUp\([\w.#]+, "([\w.]+)"/g)].map(([, key]) => key ?? ""),
      ...[...sources.matchAll(/\b(?:notSent|invalid)\(\s*"([A-Z_]+)"/g)].map(([, code]) => `errors.${code}.hint`),
      ...["empty", "unset-variable", "not-a-url", "not-a-webhook", "insecure"].map((reason) => `problems.${reason}`),
      ...["token", "foreign_bot", "too_large", "malformed", "busy", "repeated"].map(
        (why) => `warnings.turnedAway_${why}`,
      ),
      ...WARNINGS.map((key) => `warnings.${key}`),
    ];
    assert.ok(wanted.length > 30);
    assert.deepEqual(
      wanted.filter((key) => !shared.has(key)),
      [],
    );
  });

  it("tell what is wrong and what to do for every error code", () => {
    for (const language of LANGUAGES) {
      const shared = catalogue(language, "bitrix24-portal");
      for (const [method, list] of Object.entries(CODES))
        for (const code of list.split(/\s+/))
          for (const part of ["title", "hint"])
            assert.match(
              shared.get(`errors.${code}.${part}`) ?? "",
              /\S.*[.]$/,
              `${language} ${method}: ${code} ${part}`,
            );
    }
  });

  it("ask in the title of an error for nothing that an error does not carry", () => {
    const given = ["__method__", "__seconds__", "__waiting__"];
    for (const [key, text] of catalogue("en-US", "bitrix24-portal"))
      if (key.startsWith("errors."))
        assert.deepEqual(
          placeholders(text).filter((name) => !given.includes(name)),
          [],
          key,
        );
  });

  it("keep statuses short enough for a node", () => {
    for (const language of LANGUAGES)
      for (const [key, text] of catalogue(language, "bitrix24-portal"))
        if (key.startsWith("status."))
          assert.ok(text.replace(/__\w+__/, "10000").length < 20, `${language} ${key}: ${text}`);
  });
});

describe("the value pairs", () => {
  it("are complete: a value with its type, a row and a hidden input for the type", () => {
    for (const set of SETS) {
      const names = Object.keys(definitionOf(set).defaults);
      const html = dialog(set);
      for (const typed of names.filter((name) => name.endsWith("Type"))) {
        const value = typed.replace(/Type$/, "");
        assert.ok(names.includes(value), `${set}: ${value}`);
        assert.match(html, new RegExp(`<input type="text" id="node-input-${value}">`), set);
        assert.match(html, new RegExp(`<input type="hidden" id="node-input-${typed}">`), set);
      }
      for (const [, field] of html.matchAll(/<input type="hidden" id="node-input-(\w+)Type">/g))
        assert.ok(names.includes(`${field}Type`), `${set}: ${field}Type is saved`);
    }
  });
});
