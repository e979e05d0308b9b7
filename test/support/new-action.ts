import { readText, type Language } from "./project";

/** What the words of the made-up action say in one language. */
interface Words {
  readonly palette: string;
  readonly success: string;
  readonly error: string;
  readonly note: string;
  readonly takes: string;
  readonly title: string;
  readonly hint: string;
  readonly method: string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  "en-US": {
    ...{ palette: "note down", success: "noted", error: "error", note: "Note", takes: "NOTE in the payload" },
    ...{ title: "The note has no text.", hint: "Pass the text of the note in NOTE.", method: "leave a note" },
  },
  de: {
    ...{ palette: "notieren", success: "notiert", error: "Fehler", note: "Notiz", takes: "NOTE in der Payload" },
    ...{ title: "Die Notiz hat keinen Text.", hint: "Übergeben Sie den Text in NOTE.", method: "eine Notiz anlegen" },
  },
  "es-ES": {
    ...{ palette: "anotar", success: "anotado", error: "error", note: "Nota", takes: "NOTE en el payload" },
    ...{ title: "La nota no tiene texto.", hint: "Pase el texto de la nota en NOTE.", method: "dejar una nota" },
  },
  "pt-BR": {
    ...{ palette: "anotar", success: "anotado", error: "erro", note: "Nota", takes: "NOTE no payload" },
    ...{ title: "A nota não tem texto.", hint: "Passe o texto da nota em NOTE.", method: "deixar uma nota" },
  },
  ru: {
    ...{ palette: "записать", success: "записано", error: "ошибка", note: "Заметка", takes: "NOTE из payload" },
    ...{ title: "В заметке нет текста.", hint: "Передайте текст заметки в NOTE.", method: "оставить заметку" },
  },
};

const DECLARATION = `import { chatId, pair } from "./fields";
import { method } from "./methods/method";
import { chatKey, operation } from "./operation";
import { firstOf } from "./reading";

const ADD = method({ name: "imopenlines.demo.add", params: { CHAT_ID: "num*", NOTE: "str*" }, errors: ["CHAT_TYPE"] });

/** Leaves a note in a chat. */
export const demoOperation = operation({
  type: "bitrix24-demo",
  methods: [ADD],
  fields: {
    chatId: chatId(),
    note: pair({
      names: ["NOTE"],
      codes: ["DEMO_NOTE_EMPTY"],
      sample: "Calls back on Monday",
      parse(reading, { refuse }) {
        const note = firstOf(reading);
        if (typeof note !== "string" || note.trim() === "") throw refuse("DEMO_NOTE_EMPTY");
        return note;
      },
    }),
  },
  result: true,
  help: ["CHAT_ID_EMPTY", "DEMO_NOTE_EMPTY", "CONNECTION_LOST"],
  run: ({ portal, signal }, { chatId: chat, note }) =>
    portal.call(ADD.name, { CHAT_ID: chat, NOTE: note.trim() }, { chat: chatKey(chat), chatId: chat, signal }),
});

declare module "./operation" {
  interface Actions {
    readonly demo: typeof demoOperation;
  }
}
`;

const TEST = `import assert from "node:assert/strict";
import { assertTold } from "../support/catalogue";
import { endScenes, startScene } from "../support/nodes";

describe("the demo node", () => {
  afterEach(endScenes);

  it("refuses an empty note before anything is sent, in its own words", async () => {
    const { send, chatId, control } = await startScene({ type: "bitrix24-demo" });
    const { way, msg } = await send({ payload: { NOTE: " " }, bitrix24: { chatId } });
    assert.equal(way, "error");
    assertTold(msg["error"], { code: "DEMO_NOTE_EMPTY", outcome: "not-sent", method: "imopenlines.demo.add" });
    assert.equal(control.requests().length, 0);
  });

  it("calls the method for a note", async () => {
    const { send, chatId } = await startScene({ type: "bitrix24-demo" });
    const { msg } = await send({ payload: { CHAT_ID: chatId, NOTE: "x" } });
    assertTold(msg["error"], { code: "ERROR_METHOD_NOT_FOUND", outcome: "refused", variant: "demo" });
  });
});
`;

const ROW = `    <div class="form-row">
      <label for="node-input-note"><i class="fa fa-pencil"></i> <span data-i18n="@bitrix24-flows/node-red-open-channels/bitrix24-portal:field.note"></span></label>
      <input type="text" id="node-input-note">
      <input type="hidden" id="node-input-noteType">
    </div>
`;

/** A form like that of another node, with a row more. */
const form = (): string =>
  readText("nodes/finish/form.html")
    .replaceAll("bitrix24-finish", "bitrix24-demo")
    .replace(/ {4}<div class="b24-note".*\n/, ROW)
    .replace(
      'chatIdType: { value: "auto" },',
      'chatIdType: { value: "auto" }, note: { value: "" }, noteType: { value: "auto" },',
    )
    .replace('typedFields(["chatId"])', 'typedFields(["chatId", "note"])');

/** Front matter of its own; the help is that of another node. */
function words(language: Language): string {
  const { palette, success, error, note, takes, title, hint, method } = WORDS[language];
  const help = readText(`nodes/finish/words/${language}.md`).replace(/^---\n[\s\S]*?\n---\n/, "");
  const own = { palette, node: palette, output: { success, error } };
  const given = { errors: { DEMO_NOTE_EMPTY: { title, hint } }, field: { note }, takes: { note: takes } };
  const examples = language === "en-US" ? {} : { examples: { "Leave a note": method } };
  const front = { ...own, ...given, methods: { "imopenlines.demo.add": method }, ...examples };
  const lines = Object.entries(front).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `---\n${lines.join("\n")}\n---\n${help}`;
}

const EXAMPLE = [
  { id: "de30000000000001", type: "tab", label: "Leave a note", disabled: false, info: "" },
  { id: "de30000000000002", type: "bitrix24-portal", name: "My portal", auth: "webhook", plan: "standard" },
  {
    ...{ id: "de30000000000003", type: "bitrix24-demo", z: "de30000000000001", name: "", portal: "de30000000000002" },
    ...{ chatId: "", chatIdType: "auto", note: "", noteType: "auto", x: 104, y: 55, wires: [[], []] },
  },
];

/** The ten files of a made-up action, by their paths. */
export const newAction = (): ReadonlyMap<string, string> =>
  new Map([
    ["open-channels/actions/demo.ts", DECLARATION],
    ["nodes/demo/form.html", form()],
    ...Object.keys(WORDS).map((language): [string, string] => [
      `nodes/demo/words/${language}.md`,
      words(language as Language),
    ]),
    ["icons/bitrix24-demo.svg", readText("icons/bitrix24-finish.svg")],
    ["examples/17-leave-a-note.json", JSON.stringify(EXAMPLE)],
    ["test/nodes/demo.test.ts", TEST],
  ]);

/** The one line in package.json. */
export const LISTED = '      "bitrix24-demo": "dist/nodes/bitrix24-demo.js",\n';
