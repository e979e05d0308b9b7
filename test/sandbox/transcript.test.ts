import assert from "node:assert/strict";
import fc from "fast-check";
import { attachText, plainText } from "../../sandbox/portal/plain-text";
import type { TranscriptEntry } from "../../sandbox/index";
import { Bench } from "./bench";

const GRID = [{ NAME: "Total", VALUE: "[b]5[/b] €", DISPLAY: "LINE" }];

describe("sandbox: what reaches the client", () => {
  let at: Bench;
  let anna: number;
  let outside: number;
  const transcript = (chatId = at.chatId): TranscriptEntry[] => at.portal.control.transcript(chatId);
  const lines = (chatId?: number): unknown[] => transcript(chatId).map(({ from, name, text }) => [from, name, text]);
  /** A bot's message into the chat of a messenger outside. */
  const sends = (fields: object): number =>
    (at.v2("Chat.Message.send", { dialogId: `chat${outside}`, fields }) as { id: number }).id;
  beforeEach(() => {
    at = new Bench();
    anna = at.person("Anna");
    outside = at.portal.control.clientWrites({
      ...{ line: 1, client: "Bob Ray", text: "[b]Hi[/b]", connector: "telegrambot" },
    }).chatId;
  });

  it("is what people and bots say, and nothing that stays inside", () => {
    const { control } = at.portal;
    at.says({ message: "One", keyboard: [{ TEXT: "A", LINK: "/a" }] });
    at.says({ message: "A note", skipConnector: true });
    at.says({ message: "A line", system: true });
    at.result("imopenlines.bot.session.message.send", { CHAT_ID: at.chatId, NAME: "DEFAULT", MESSAGE: "Please wait" });
    control.operatorWrites(anna, at.chatId, "Here I am");
    assert.deepEqual(lines(), [
      ["client", "Olga Sommer", "Hello! Where is my order?"],
      ["bot", "Sandbox bot", "One"],
      ["line", "", "Please wait"],
      ["operator", "Anna Weber", "Here I am"],
    ]);
    assert.equal("keyboard" in (transcript()[1] ?? {}), false);
    assert.ok(at.chat().messages.length > 6, "the portal sees more");
    const { id } = control.chats().find(({ connector }) => connector === "telegrambot") ?? {};
    assert.deepEqual(lines(id), [["client", "Bob Ray", "[b]Hi[/b]"]], "a client's words stay as written");
  });

  it("1.0: SYSTEM and SKIP_CONNECTOR keep a message inside", () => {
    at.oldBot();
    const { chatId } = at.portal.control.clientWrites({ line: 1, client: "Cy", text: "Hi" });
    const add = (more: object): unknown =>
      at.result("imbot.message.add", { CLIENT_ID: "old-bot", DIALOG_ID: `chat${chatId}`, MESSAGE: "x", ...more });
    add({ SYSTEM: "Y" });
    add({ SKIP_CONNECTOR: "Y" });
    add({ MESSAGE: "out" });
    assert.deepEqual(
      transcript(chatId).map(({ text }) => text),
      ["Hi", "out"],
    );
  });

  it("is plain text in a messenger, with attachments as lines; live chat draws it itself", () => {
    const fields = { message: "[b]Bold[/b] [url=https://example.com/a]here[/url]", attach: [{ GRID }] };
    sends(fields);
    at.says(fields);
    const text = "Bold here (https://example.com/a)\nTotal: 5 €";
    const [messenger, live] = [transcript(outside).at(-1), transcript().at(-1)];
    assert.deepEqual([messenger?.text, messenger?.rich], [text, null]);
    assert.deepEqual([live?.text, live?.rich], [text, { text: fields.message, attach: { BLOCKS: [{ GRID }] } }]);
    const { files } = at.portal.control.clientWrites({
      ...{ line: 1, client: "Bob Ray", text: "", connector: "telegrambot", files: [{ name: "a.png" }] },
    }) && { files: transcript(outside).at(-1)?.files };
    assert.equal(files?.[0]?.name, "a.png");
  });

  it("follows edits and deletions, unless they are kept inside too", () => {
    const id = sends({ message: "One" });
    const note = sends({ message: "Note", skipConnector: true });
    const update = (messageId: number, message: string): unknown =>
      at.v2("Chat.Message.update", { messageId, fields: { message } });
    update(id, "[i]Two[/i]");
    update(note, "Note 2");
    const edited = transcript(outside).at(-1);
    assert.deepEqual([edited?.messageId, edited?.text, edited?.edited], [id, "Two", true]);
    at.v2("Chat.Message.delete", { messageId: id });
    const removed = transcript(outside).at(-1);
    assert.deepEqual([removed?.text, removed?.deleted], ["", true]);
    assert.equal(transcript(outside).length, 2);
    const asked = transcript(outside)[0]?.messageId ?? 0;
    at.portal.control.clientEdits(outside, asked, "Hello");
    assert.deepEqual(lines(outside)[0], ["client", "Bob Ray", "Hello"]);
  });

  it("1.0: an edit with SKIP_CONNECTOR leaves the client the old text", () => {
    at.oldBot();
    const { chatId } = at.portal.control.clientWrites({ line: 1, client: "Cy", text: "Hi" });
    const own = { CLIENT_ID: "old-bot" };
    const MESSAGE_ID = at.result("imbot.message.add", { ...own, DIALOG_ID: `chat${chatId}`, MESSAGE: "One" });
    at.result("imbot.message.update", { ...own, MESSAGE_ID, MESSAGE: "Two", SKIP_CONNECTOR: "Y" });
    assert.deepEqual(
      [lines(chatId).at(-1), at.message(Number(MESSAGE_ID), chatId)?.text],
      [["bot", "Old", "One"], "Two"],
    );
  });

  it("shows reactions in live chat only", () => {
    const [live, messenger] = [at.says({ message: "One" }), sends({ message: "One" })];
    at.portal.control.operatorReacts(anna, at.chatId, live, "like");
    at.portal.control.operatorReacts(anna, outside, messenger, "like");
    assert.deepEqual(transcript().at(-1)?.reactions, [{ userId: anna, reaction: "like" }]);
    assert.deepEqual(transcript(outside).at(-1)?.reactions, []);
  });

  it("is a copy, and empty for private chats", () => {
    const [entry] = transcript();
    Object.assign(entry ?? {}, { text: "changed" });
    assert.notEqual(transcript()[0]?.text, "changed");
    at.v2("Chat.Message.send", { dialogId: String(anna), fields: { message: "Hi" } });
    const chat = at.portal.control.chats().find(({ type }) => type === "private");
    assert.deepEqual(transcript(chat?.id), []);
  });

  it("typing lasts as long as the bot said, by the portal's clock, or until it has spoken", () => {
    const notify = (duration?: number): string =>
      at.v2Code("Chat.InputAction.notify", { dialogId: `chat${at.chatId}`, duration });
    const left = (): number | undefined => at.chat().typing?.leftMs;
    assert.equal(notify(600), "200");
    assert.equal(left(), 600_000);
    at.clock.forward(599);
    assert.equal(left(), 1000);
    at.clock.forward(1);
    assert.equal(left(), undefined);
    for (const [asked, shown] of [
      [1, 1],
      [601, 600],
      [-5, 1],
    ] as const) {
      notify(asked);
      assert.equal(left(), shown * 1000, String(asked));
    }
    at.says({ message: "Here" });
    assert.equal(left(), undefined);
    assert.equal(at.v2Code("Chat.InputAction.notify", { dialogId: "chat9999" }), "400 ACCESS_DENIED");
    assert.equal(at.code("imbot.chat.sendTyping", { CLIENT_ID: "x" }), "400 DIALOG_ID_EMPTY");
  });
});

describe("sandbox: markup as plain text", () => {
  it("loses tags, keeps words and addresses", () => {
    const cases: [string, string][] = [
      ["[b]a[/b] [i]b[/i] [size=20]c[/size] [color=#f00]d[/color]", "a b c d"],
      ["[url=https://x.y/a]label[/url]", "label (https://x.y/a)"],
      ["[url=https://x.y/a]https://x.y/a[/url] [url]https://x.y[/url]", "https://x.y/a https://x.y"],
      ["[url=javascript:x]no[/url]", "[url=javascript:x]no[/url]"],
      ["[USER=5]Ann[/USER], [put=a]b[/put] [send=/x]go[/send]", "Ann, b go"],
      ["a[br]b#BR#c", "a\nb\nc"],
      [">>quoted\nplain\n------\nold\n------\nnew", "quoted\nplain\nold\nnew"],
      ["[code]>>[b]x[/b]\n------[/code]", ">>[b]x[/b]\n------"],
      ["[img]https://x.y/p.png[/img] [icon=/i.png size=5 title=Sun] [disk=7]", "https://x.y/p.png Sun"],
      ["[timestamp=0]", "1970-01-01 00:00"],
      ["[x]1[/x] [/b] a[0] [b", "[x]1[/x] [/b] a[0] [b"],
      ["[b][url=/a]x[/b]", "x"],
    ];
    for (const [text, expected] of cases) assert.equal(plainText(text), expected, text);
  });

  it("never fails, and never makes a text much longer", () => {
    const tags = ["[b]", "[/b]", "[url=/a]", "[/url]", "[url]", "[code]", "[/code]", "[img]", "\n>>", "a", "]", "[br]"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tags), { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        assert.ok(plainText(text).length <= text.length + parts.length * 3);
      }),
    );
  });

  it("writes each block of an attachment", () => {
    const BLOCKS = [
      { USER: [{ NAME: "Ann", LINK: "https://x.y/u" }] },
      { LINK: [{ LINK: "https://x.y/l", NAME: "Track", DESC: "[b]now[/b]" }] },
      { MESSAGE: { TEXT: "[b]m[/b]" } },
      { DELIMITER: { SIZE: 200 } },
      { IMAGE: [{ LINK: "https://x.y/i.png" }] },
      { FILE: [{ LINK: "https://x.y/f", NAME: "f.pdf" }] },
    ];
    const expected = [
      "Ann: https://x.y/u",
      "Track: now: https://x.y/l",
      "m",
      "—",
      "https://x.y/i.png",
      "f.pdf: https://x.y/f",
    ];
    assert.deepEqual(attachText({ BLOCKS }).split("\n"), expected);
    assert.deepEqual([attachText(null), attachText({ BLOCKS: [{ MESSAGE: "[b][/b]" }] })], ["", ""]);
  });
});
