import assert from "node:assert/strict";
import { collect, morePolls, texts } from "./support/talk";
import { endScenes, startScene, type Message, type Scene, type SceneOptions } from "../support/scene";

const TOKEN = "a-token-of-these-tests";
const ALL: SceneOptions = {
  credentials: { botToken: TOKEN },
  event: { events: [], wires: [["turn"], ["turn"]] },
  more: [
    { id: "send1", type: "bitrix24-send", wires: [["said"], []] },
    { id: "said", type: "helper" },
  ],
};
const POSTED: SceneOptions = { ...ALL, portal: { eventMode: "webhook" } };
const OLD: SceneOptions = { ...POSTED, prepare: (control) => control.configure({ botPlatform: 1 }) };

const KEYBOARD = [
  { TEXT: "S", COMMAND: "pick", COMMAND_PARAMS: "S", DISPLAY: "LINE" },
  { TEXT: "XL", COMMAND: "pick", COMMAND_PARAMS: "XL" },
];

/** Registers commands as the bot's owner does, which no node is for. */
async function command(scene: Scene, name: string, isOld: boolean): Promise<void> {
  const [method, params] = isOld
    ? [
        "imbot.command.register",
        {
          BOT_ID: scene.botId(),
          CLIENT_ID: TOKEN,
          COMMAND: name,
          COMMON: "N",
          EXTRANET_SUPPORT: "Y",
          LANG: [{ LANGUAGE_ID: "en", TITLE: name }],
          EVENT_COMMAND_ADD: scene.receiver,
        },
      ]
    : [
        "imbot.v2.Command.register",
        {
          botId: scene.botId(),
          botToken: TOKEN,
          fields: { command: name, title: { en: name }, extranetSupport: "Y" },
        },
      ];
  const { status } = await fetch(`${scene.sandbox.webhookUrl}${method}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(params),
  });
  assert.equal(status, 200);
}

interface Talk {
  readonly scene: Scene;
  readonly chatId: number;
  /** The bot's message with a keyboard. */
  readonly messageId: number;
}

/** A conversation in which the bot has offered two sizes. */
async function startTalk(options: SceneOptions): Promise<Talk> {
  const scene = await startScene(options);
  const isOld = options === OLD;
  for (const name of ["pick", "status", "price"]) await command(scene, name, isOld);
  const chatId = scene.writes("hello");
  const hello = (): Message | undefined => scene.turn.find(({ payload }) => payload === "hello");
  await scene.until(() => hello() !== undefined, "the message");
  const said = collect(scene, "said");
  const payload = { MESSAGE: "Which size?", KEYBOARD };
  scene.give("send1", { ...hello(), payload });
  await scene.until(() => said.length === 1, "the keyboard");
  const messageId = scene.control.chat(chatId).messages.find(({ text }) => text === "Which size?")?.id ?? 0;
  return { scene, chatId, messageId };
}

const about = ({ turn }: Scene, topic: string): Message[] => turn.filter((message) => message.topic === topic);

describe("events that share a message", () => {
  afterEach(endScenes);

  const WAYS: readonly (readonly [string, SceneOptions])[] = [
    ["fetched", ALL],
    ["posted by 2.0", POSTED],
    ["posted by 1.0", OLD],
  ];
  for (const [way, options] of WAYS) {
    it(`${way}: two presses of one keyboard are two commands, with what the buttons stand for`, async () => {
      const { scene, chatId, messageId } = await startTalk(options);
      for (const button of ["S", "XL"]) scene.control.operatorPresses(scene.operator, chatId, messageId, button);
      await scene.until(() => about(scene, "command").length === 2, "both commands");
      await morePollsOrPosts(scene, options);
      assert.deepEqual(texts(about(scene, "command")).sort(), ["/pick S", "/pick XL"]);
      assert.ok(about(scene, "command").every(({ bitrix24 }) => bitrix24["messageId"] === messageId));
    });

    it(`${way}: two commands in one message are two events`, async () => {
      const { scene } = await startTalk(options);
      scene.writes("/status 12\n/price 7 and more");
      await scene.until(() => about(scene, "command").length === 2, "both commands");
      await morePollsOrPosts(scene, options);
      assert.deepEqual(texts(about(scene, "command")).sort(), ["/price 7 and more", "/status 12"]);
    });
  }

  for (const [way, options] of WAYS.slice(0, 2)) {
    it(`${way}: reactions set, taken away and changed within a second are events each`, async () => {
      const { scene, chatId, messageId } = await startTalk(options);
      for (const reaction of ["like", null, "kiss"]) scene.control.clientReacts(chatId, messageId, reaction);
      await scene.until(() => about(scene, "reaction").length === 3, "three reactions");
      await morePollsOrPosts(scene, options);
      const said = about(scene, "reaction").map(({ payload }) => {
        const { reaction, action } = payload as { reaction: string; action: string };
        return `${action} ${reaction}`;
      });
      assert.deepEqual(said.sort(), ["add kiss", "add like", "delete like"]);
    });

    it(`${way}: two edits within a second are two events`, async () => {
      const { scene, chatId } = await startTalk(options);
      const own = scene.control.chat(chatId).messages.find(({ text }) => text === "hello")?.id ?? 0;
      for (const text of ["hello!", "hello!!"]) scene.control.clientEdits(chatId, own, text);
      await scene.until(() => about(scene, "update").length === 2, "both edits");
      await morePollsOrPosts(scene, options);
      assert.deepEqual(texts(about(scene, "update")).sort(), ["hello!", "hello!!"]);
    });
  }

  /** Whatever else the portal has to say has come by then. */
  async function morePollsOrPosts(scene: Scene, options: SceneOptions): Promise<void> {
    if (options === ALL) return morePolls(scene);
    await scene.until(() => scene.control.events().deliveries.every(({ ms }) => ms !== null), "no post is under way");
    assert.deepEqual(
      scene.logged().filter((text) => /delivery was dropped|deliveries were dropped/.test(text)),
      [],
    );
  }
});
