import assert from "node:assert/strict";
import type { Params } from "../../sandbox/portal/php";
import { Bench } from "./bench";

const TITLE = { en: "Choose", de: "Wählen" };
const KEYBOARD = [
  { TEXT: "S", COMMAND: "pick", COMMAND_PARAMS: "S" },
  { TEXT: "XL", COMMAND: "pick", COMMAND_PARAMS: "XL", DISPLAY: "LINE" },
  { TYPE: "NEWLINE" },
  { TEXT: "Ask", ACTION: "SEND", ACTION_VALUE: "Please ask somebody" },
  { TEXT: "Site", LINK: "https://example.com/" },
  { TEXT: "Type", ACTION: "PUT", ACTION_VALUE: "/pick " },
  { TEXT: "Off", COMMAND: "pick", DISABLED: "Y" },
];

describe("sandbox: commands of 2.0 bots", () => {
  let at: Bench;
  const register = (fields: Params): number =>
    (at.v2("Command.register", { fields }) as { command: { id: number } }).command.id;
  const commands = (): unknown[] =>
    at.fetched().map(({ type, data }) => [type, data.command?.command, data.command?.params, data.command?.context]);
  beforeEach(() => {
    at = new Bench();
  });

  it("are registered once, with the checks in the portal's order", () => {
    const refused = (fields: Params): string => at.v2Code("Command.register", { fields });
    assert.equal(refused({}), "400 COMMAND_REQUIRED");
    assert.equal(refused({ command: "/" }), "400 COMMAND_REQUIRED");
    assert.equal(refused({ command: 5 }), "400 COMMAND_NAME_INVALID");
    assert.equal(refused({ command: "pick" }), "400 COMMAND_TITLE_REQUIRED");
    assert.equal(at.v2Code("Command.register", { botId: 0, fields: { command: "x" } }), "400 BOT_ID_REQUIRED");
    assert.equal(at.v2Code("Command.register", { botToken: "other", fields: {} }), "400 BOT_OWNERSHIP_ERROR");
    const first = at.v2("Command.register", { fields: { command: "/pick", title: TITLE, extranetSupport: "Y" } });
    const again = at.v2("Command.register", { fields: { command: "pick", title: { en: "Other" }, hidden: true } });
    assert.deepEqual(again, first);
    const view = { botId: at.botId, command: "/pick", common: false, hidden: false, extranetSupport: true };
    assert.deepEqual(first, { command: { id: 1, ...view } });
    assert.equal(register({ command: "secret", hidden: true }), 2);
  });

  it("are listed beside the messenger's own, in the portal's language", () => {
    register({ command: "pick", title: TITLE, params: { en: "size", de: "Größe" } });
    at.portal.control.configure({ language: "de" });
    const { commands: list } = at.v2("Command.list") as { commands: Params[] };
    assert.deepEqual(list[0]?.id, "def0");
    assert.deepEqual(
      list.slice(0, -1).map(({ botId }) => botId),
      [0, 0, 0, 0, 0, 0],
    );
    const own = list.at(-1);
    assert.deepEqual(
      [own?.command, own?.title, own?.params, own?.category],
      ["/pick", "Wählen", "Größe", "Sandbox bot"],
    );
  });

  it("are changed and removed by their owner only; the name stays", () => {
    const id = register({ command: "pick", title: TITLE });
    const other = at.hookedBot();
    assert.equal(at.code("imbot.v2.Command.update", { ...other, commandId: id, fields: {} }), "400 COMMAND_NOT_FOUND");
    assert.equal(at.v2Code("Command.update", { fields: {} }), "400 100");
    const changed = at.v2("Command.update", { commandId: id, fields: { command: "choose", common: "Y" } });
    assert.deepEqual((changed as { command: Params }).command.command, "/pick");
    assert.deepEqual((changed as { command: Params }).command.common, true);
    assert.deepEqual(at.v2("Command.unregister", { commandId: id }), { result: true });
    assert.equal(at.v2Code("Command.unregister", { commandId: id }), "400 COMMAND_NOT_FOUND");
  });

  it("go with their bot", () => {
    register({ command: "pick", title: TITLE, extranetSupport: true });
    at.v2("Bot.unregister");
    const other = at.hookedBot();
    const { commands: list } = at.result("imbot.v2.Command.list", other) as { commands: Params[] };
    assert.equal(list.length, 6);
  });

  it("typed: an event for each line, and no message event", () => {
    const [status, price] = ["status", "price"].map((command) =>
      register({ command, title: TITLE, extranetSupport: true }),
    );
    const id = at.writes("/status 12\n/price 7 and more\nthanks");
    const events = at.fetched();
    assert.deepEqual(
      events.map(({ type, data }) => [type, data.command]),
      [
        ["ONIMBOTV2COMMANDADD", { id: status, command: "/status", params: "12", context: "textarea" }],
        ["ONIMBOTV2COMMANDADD", { id: price, command: "/price", params: "7 and more", context: "textarea" }],
      ],
    );
    const { message, user, chat } = events[0]?.data ?? {};
    assert.deepEqual([message?.id, message?.text], [id, "/status 12\n/price 7 and more\nthanks"]);
    assert.deepEqual([user?.connector, chat?.id], [true, at.chatId]);
    assert.equal((at.v2("Bot.get") as { bot: Params }).bot.countCommand, 2);
  });

  it("typed by a client need extranetSupport; else, and for unknown words, the text is a message", () => {
    register({ command: "inside", title: TITLE });
    at.writes("/inside out");
    at.writes("/unknown");
    at.writes("see /inside");
    at.portal.control.updateLine(1, { welcomeBotLeft: "close" });
    at.portal.control.operatorWrites(at.person("Anna"), at.chatId, "/inside out");
    assert.deepEqual(commands(), [
      ["ONIMBOTV2MESSAGEADD", undefined, undefined, undefined],
      ["ONIMBOTV2MESSAGEADD", undefined, undefined, undefined],
      ["ONIMBOTV2MESSAGEADD", undefined, undefined, undefined],
      ["ONIMBOTV2COMMANDADD", "/inside", "out", "textarea"],
    ]);
  });

  it("reach a bot that is not in the chat only when they are common", () => {
    const flags = { title: TITLE, extranetSupport: true };
    register({ command: "here", ...flags });
    register({ command: "everywhere", ...flags, common: true });
    at.writes("0");
    at.fetched();
    at.writes("/here");
    at.writes("/everywhere");
    assert.deepEqual(commands(), [["ONIMBOTV2COMMANDADD", "/everywhere", "", "textarea"]]);
  });

  describe("under buttons", () => {
    let id: number;
    let anna: number;
    const press = (button: string | number) => at.portal.control.operatorPresses(anna, at.chatId, id, button);
    beforeEach(() => {
      register({ command: "pick", title: TITLE });
      id = at.says({ message: "Which size?", keyboard: KEYBOARD });
      anna = at.person("Anna");
      at.fetched();
    });

    it("speak of the bot's message and of who pressed; the dialog stays with the bot", () => {
      assert.deepEqual(press("XL"), { kind: "command", value: "/pick XL", messageId: null, heard: 1 });
      const [event, ...more] = at.fetched();
      const { command, message, user, chat } = event?.data ?? {};
      assert.deepEqual([event?.type, more], ["ONIMBOTV2COMMANDADD", []]);
      assert.deepEqual(command, { id: 1, command: "/pick", params: "XL", context: "keyboard" });
      assert.deepEqual([message?.id, message?.text, message?.authorId], [id, "Which size?", at.botId]);
      const { KEYBOARD: shown } = (message?.params ?? {}) as { KEYBOARD: Params[] };
      assert.deepEqual([shown.length, shown[0]], [7, { TEXT: "S", COMMAND: "pick", COMMAND_PARAMS: "S" }]);
      assert.deepEqual([user?.id, user?.connector, chat?.entityType], [anna, false, "LINES"]);
      assert.deepEqual([at.chat().owner, at.chat().members.includes(anna)], ["bot", true]);
    });

    it("are a new event with each press, on the same message too", () => {
      for (const button of ["XL", "XL", "S"]) press(button);
      assert.deepEqual(
        commands().map((event) => (event as unknown[])[2]),
        ["XL", "XL", "S"],
      );
    });

    it("ACTION SEND writes as who pressed; the others are left to the browser", () => {
      const sent = press("Ask");
      const message = at.message(sent.messageId ?? 0);
      assert.deepEqual([sent.kind, message?.text, message?.authorId], ["send", "Please ask somebody", anna]);
      assert.equal(at.chat().owner, "human");
      assert.deepEqual(press(3), { kind: "link", value: "https://example.com/", messageId: null, heard: 0 });
      assert.deepEqual(press("Type"), { kind: "put", value: "/pick ", messageId: null, heard: 0 });
    });

    it("are not there when disabled, unknown, taken away or of a deleted message", () => {
      assert.throws(() => press("Off"), /disabled/);
      assert.throws(() => press("Nothing"), /no button "Nothing"/);
      assert.throws(() => press(99), /no button 99/);
      at.v2("Chat.Message.update", { messageId: id, fields: { keyboard: "N" } });
      assert.throws(() => press("XL"), /no button/);
      at.v2("Chat.Message.delete", { messageId: id });
      assert.throws(() => press("XL"), /has been deleted/);
    });

    it("tell nobody when no bot has registered the command", () => {
      at.v2("Command.unregister", { commandId: 1 });
      assert.deepEqual([press("XL").heard, at.fetched()], [0, []]);
    });

    it("work in a bot's private chat with an employee", () => {
      const dialogId = String(anna);
      const fields = { message: "Hi", keyboard: [{ TEXT: "Go", COMMAND: "pick", COMMAND_PARAMS: "a b" }] };
      const sent = at.v2("Chat.Message.send", { dialogId, fields }) as { id: number };
      const chat = at.portal.control.chats().find(({ type }) => type === "private");
      assert.equal(at.portal.control.operatorPresses(anna, chat?.id ?? 0, sent.id, "Go").heard, 1);
      const [event] = at.fetched();
      assert.deepEqual([event?.data.chat?.dialogId, event?.data.command?.params], [dialogId, "a b"]);
    });
  });

  it("posted: strings in a form, one post a command", () => {
    const hooked = at.hookedBot();
    for (const command of ["one", "two"]) {
      at.result("imbot.v2.Command.register", { ...hooked, fields: { command, title: TITLE, extranetSupport: true } });
    }
    at.writes("hello", { client: "Ada Byron" });
    at.posted();
    at.writes("/one a & b\n/two", { client: "Ada Byron" });
    const posts = at.posted();
    assert.deepEqual(
      posts.map(({ event, data }) => [event, data.command]),
      [
        ["ONIMBOTV2COMMANDADD", { id: "1", command: "/one", params: "a & b", context: "textarea" }],
        ["ONIMBOTV2COMMANDADD", { id: "2", command: "/two", params: "", context: "textarea" }],
      ],
    );
    assert.deepEqual(posts[0]?.data.bot, { id: String(hooked.botId), code: "hooked" });
    assert.equal(posts[0]?.data.message?.text, "/one a & b\n/two");
  });

  describe("answers", () => {
    const answer = (params: Params): string => at.v2Code("Command.answer", { dialogId: `chat${at.chatId}`, ...params });
    const texts = (): unknown[] => at.chat().messages.map(({ text, authorId }) => [text, authorId]);

    it("are the bot's own messages where it is a member", () => {
      const commandId = register({ command: "pick", title: TITLE, extranetSupport: true });
      const messageId = at.writes("/pick");
      assert.equal(answer({ commandId, messageId, fields: { message: "Done" } }), "200");
      assert.deepEqual(texts().at(-1), ["Done", at.botId]);
      assert.equal(at.portal.control.transcript(at.chatId).at(-1)?.text, "Done");
      assert.equal(answer({ commandId, messageId, fields: {} }), "400 COMMAND_ANSWER_FAILED");
      assert.equal(answer({ commandId, messageId: 1, fields: { message: "x" } }), "400 COMMAND_ANSWER_FAILED");
      assert.equal(answer({ commandId: 99, messageId, fields: { message: "x" } }), "400 COMMAND_NOT_FOUND");
    });

    it("are lines of the system where it is none, for ten minutes", () => {
      const commandId = register({ command: "pick", title: TITLE, common: true, extranetSupport: true });
      at.writes("0");
      const messageId = at.writes("/pick");
      assert.equal(answer({ commandId, messageId, fields: { message: "From outside" } }), "200");
      assert.deepEqual(texts().at(-1), ["[b]Sandbox bot[/b]\nFrom outside", 0]);
      at.clock.forward(600);
      assert.equal(answer({ commandId, messageId, fields: { message: "too late" } }), "200");
      assert.deepEqual(texts().at(-1), ["[b]Sandbox bot[/b]\nFrom outside", 0]);
    });
  });
});

describe("sandbox: commands of 1.0 bots", () => {
  const LANG = [{ LANGUAGE_ID: "en", TITLE: "Choose" }];
  const EVENT_COMMAND_ADD = "https://node.example/commands";
  let at: Bench;
  let botId: number;
  let chatId: number;
  const register = (params: Params): string => at.code("imbot.command.register", { CLIENT_ID: "old-bot", ...params });
  const registered = (COMMAND: string): number =>
    Number(
      at.result("imbot.command.register", {
        ...{ CLIENT_ID: "old-bot", BOT_ID: botId, COMMAND, LANG },
        ...{ EVENT_COMMAND_ADD, EXTRANET_SUPPORT: "Y" },
      }),
    );
  beforeEach(() => {
    at = new Bench();
    botId = at.oldBot();
    ({ chatId } = at.portal.control.clientWrites({ line: 1, client: "Bob", text: "Hi" }));
    at.posted();
  });

  it("are registered with the checks in the portal's order", () => {
    const whole = { BOT_ID: botId, COMMAND: "pick", EVENT_COMMAND_ADD, LANG };
    assert.equal(at.code("imbot.command.register", whole), "403 ACCESS_DENIED");
    assert.equal(register({}), "400 EVENT_COMMAND_ADD_ERROR");
    assert.equal(register({ ...whole, EVENT_COMMAND_ADD: "ftp://x.y" }), "400 EVENT_COMMAND_ADD_ERROR");
    assert.equal(register({ EVENT_COMMAND_ADD }), "400 COMMAND_ERROR");
    assert.equal(register({ ...whole, BOT_ID: 0 }), "400 BOT_ID_ERROR");
    assert.equal(register({ ...whole, BOT_ID: at.botId }), "400 APP_ID_ERROR");
    assert.equal(register({ ...whole, LANG: [] }), "400 LANG_ERROR");
    assert.equal(registered("pick"), registered("/pick"));
  });

  it("several in one message are one event, with a map of all of them", () => {
    const [one, two] = ["one", "two"].map(registered);
    const id = at.portal.control.clientWrites({ line: 1, client: "Bob", text: "/one a\n/two b c" }).messageId;
    const [post, ...more] = at.posted();
    assert.deepEqual([post?.event, more], ["ONIMCOMMANDADD", []]);
    const base = { BOT_ID: String(botId), BOT_CODE: "old-bot", COMMAND_CONTEXT: "TEXTAREA", MESSAGE_ID: String(id) };
    assert.deepEqual(post?.data.COMMAND, {
      [String(one)]: { ...base, COMMAND: "one", COMMAND_ID: String(one), COMMAND_PARAMS: "a" },
      [String(two)]: { ...base, COMMAND: "two", COMMAND_ID: String(two), COMMAND_PARAMS: "b c" },
    });
    const { PARAMS, USER } = post?.data ?? {};
    assert.deepEqual([PARAMS?.MESSAGE, PARAMS?.CHAT_ID], ["/one a\n/two b c", String(chatId)]);
    assert.deepEqual(PARAMS?.BOT_IN_CHAT, { [String(botId)]: String(botId) });
    assert.deepEqual([USER?.NAME, "IS_CONNECTOR" in (USER ?? {}), "BOT" in (post?.data ?? {})], ["Bob", false, false]);
    assert.equal(at.portal.control.events().deliveries.at(-1)?.url, EVENT_COMMAND_ADD);
  });

  it("under a button speak with the words of the command, about the bot's message", () => {
    const id = registered("pick");
    const KEYBOARD_1 = [{ TEXT: "A", COMMAND: "pick", COMMAND_PARAMS: "a" }];
    const messageId = at.result("imbot.message.add", {
      ...{ CLIENT_ID: "old-bot", DIALOG_ID: `chat${chatId}`, MESSAGE: "Choose", KEYBOARD: KEYBOARD_1 },
    });
    const ivan = at.person("Ivan");
    for (let index = 0; index < 2; index++) {
      at.portal.control.operatorPresses(ivan, chatId, Number(messageId), "A");
      const [post, ...more] = at.posted();
      assert.deepEqual([post?.event, more], ["ONIMCOMMANDADD", []]);
      const entry = (post?.data.COMMAND as Record<string, Params>)[String(id)];
      assert.deepEqual([entry?.COMMAND_CONTEXT, entry?.MESSAGE_ID], ["KEYBOARD", String(messageId)]);
      const { PARAMS, USER } = post?.data ?? {};
      assert.deepEqual([PARAMS?.MESSAGE, PARAMS?.FROM_USER_ID, USER?.ID], ["/pick a", String(ivan), String(ivan)]);
    }
    assert.equal(at.message(Number(messageId), chatId)?.text, "Choose");
  });

  it("are changed, answered and removed", () => {
    const COMMAND_ID = registered("pick");
    const own = { CLIENT_ID: "old-bot", COMMAND_ID };
    const wrong: [string, Params, string][] = [
      ["update", { CLIENT_ID: "old-bot", COMMAND_ID: 99 }, "400 COMMAND_ID_ERROR"],
      ["update", { CLIENT_ID: "other", COMMAND_ID }, "400 APP_ID_ERROR"],
      ["update", { ...own, FIELDS: { EVENT_COMMAND_ADD: "nonsense" } }, "400 EVENT_COMMAND_ADD_ERROR"],
      ["answer", { CLIENT_ID: "old-bot", COMMAND: "nothing" }, "400 COMMAND_ID_ERROR"],
      ["answer", own, "400 MESSAGE_ID_EMPTY"],
      ["answer", { ...own, MESSAGE_ID: 1, MESSAGE: " " }, "400 MESSAGE_EMPTY"],
      ["answer", { ...own, MESSAGE_ID: 1, MESSAGE: "x", KEYBOARD: [{}] }, "400 KEYBOARD_ERROR"],
      ["answer", { ...own, MESSAGE_ID: 1, MESSAGE: "x" }, "400 WRONG_REQUEST"],
    ];
    for (const [name, params, expected] of wrong) {
      assert.equal(at.code(`imbot.command.${name}`, params), expected, `${name} ${JSON.stringify(params)}`);
    }
    const { messageId } = at.portal.control.clientWrites({ line: 1, client: "Bob", text: "/pick" });
    const answer = { CLIENT_ID: "old-bot", COMMAND: "pick", MESSAGE_ID: messageId, MESSAGE: "Done" };
    const id = Number(at.result("imbot.command.answer", answer));
    assert.deepEqual([at.message(id, chatId)?.text, at.message(id, chatId)?.authorId], ["Done", botId]);
    at.result("imbot.command.update", { ...own, FIELDS: { EXTRANET_SUPPORT: "N" } });
    at.posted();
    at.portal.control.clientWrites({ line: 1, client: "Bob", text: "/pick" });
    assert.deepEqual(
      at.posted().map(({ event }) => event),
      ["ONIMBOTMESSAGEADD"],
    );
    assert.equal(at.result("imbot.command.unregister", own), true);
    assert.equal(at.code("imbot.command.unregister", own), "400 COMMAND_ID_ERROR");
  });

  it("keep their handler when the bot is registered again", () => {
    registered("pick");
    at.oldBot();
    at.portal.control.clientWrites({ line: 1, client: "Bob", text: "/pick" });
    assert.deepEqual(
      at.posted().map(({ event }) => event),
      ["ONIMCOMMANDADD"],
    );
  });
});
