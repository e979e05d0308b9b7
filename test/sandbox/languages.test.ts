import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { languageOf, LANGUAGES, type Language, type Sandbox } from "../../sandbox/index";
import { projectRoot } from "../support/node-red";
import { readText } from "../support/project";
import { result, sample, TOKEN, withSandbox } from "./support";

type Tree = { [key: string]: string | Tree };

/** Texts by their place in a file. */
function leaves(tree: Tree, prefix = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, entry]): [string, string][] =>
    typeof entry === "string" ? [[prefix + key, entry]] : leaves(entry, `${prefix}${key}.`),
  );
}

const words = (language: Language): Map<string, string> =>
  new Map(leaves(JSON.parse(readText(`sandbox/portal/locales/${language}.json`)) as Tree));

const values = (sentence = ""): string[] => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

const said = (sandbox: Sandbox): string[] => (sandbox.control.chats()[0]?.messages ?? []).map(({ text }) => text);

describe("sandbox: languages", () => {
  it("have the same texts with the same values in them", () => {
    const english = words("en");
    for (const language of LANGUAGES) {
      const others = words(language);
      assert.deepEqual([...others.keys()], [...english.keys()], language);
      for (const [key, sentence] of english) {
        assert.deepEqual(values(others.get(key)), values(sentence), `${language}: ${key}`);
        assert.notEqual(others.get(key), "", `${language}: ${key}`);
      }
    }
  });

  it("are found by a tag of any region and by the portal's own codes", () => {
    const found = ["en-US", "de-AT", "ru_RU", "es-419", "pt", "la", "br", "en-US-u-va-posix", "fr", "", "C"].map(
      languageOf,
    );
    const expected = ["en", "de", "ru", "es-ES", "pt-BR", "es-ES", "pt-BR", "en", undefined, undefined, undefined];
    assert.deepEqual(found, expected);
  });

  for (const language of LANGUAGES)
    it(`fill a fresh portal, again after a reset: ${language}`, async () => {
      await withSandbox({ language }, async ({ control, ...rest }) => {
        const expected = words(language);
        const view = () => [
          control.state().operators.map(({ name, lastName }) => `${name} ${lastName}`),
          control.state().lines.map(({ name }) => name),
          control.state().bots.map(({ name }) => name),
          control.chats()[0]?.client,
          said({ control, ...rest }).at(-1),
        ];
        const fresh = view();
        control.reset();
        const again = view();
        const person = (key: string) =>
          ["name", "lastName"].map((part) => expected.get(`sample.${key}.${part}`)).join(" ");
        assert.deepEqual(fresh, [
          ["people.admin", "people.woman", "people.man", "people.absent"].map(person),
          [expected.get("sample.lines.support"), expected.get("sample.lines.sales")],
          [expected.get("sample.bot")],
          person("client"),
          expected.get("sample.client.says"),
        ]);
        assert.deepEqual(again, fresh);
      });
    });

  it("are English by default, whatever the machine speaks", async () => {
    const script = `void require("./sandbox/index.ts").startSandbox().then(async (sandbox) => {
      const { lines, settings } = sandbox.control.state();
      console.log(Intl.DateTimeFormat().resolvedOptions().locale, settings.language, ...lines.map(({ name }) => name));
      await sandbox.close();
    })`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "--eval", script], {
      cwd: projectRoot,
      env: { ...process.env, LC_ALL: "ru_RU.UTF-8" },
    });
    assert.equal(stdout.trim(), "ru-RU en Support Sales");
  });

  it("keep the name of a bot that was given", async () => {
    const sampleBot = { code: "mine", name: "Mine", token: TOKEN };
    await withSandbox({ language: "de", sampleBot }, async ({ control }) => {
      await Promise.resolve();
      assert.deepEqual(
        control.state().bots.map(({ name }) => name),
        ["Mine"],
      );
    });
  });

  it("are spoken by the portal itself: who has the dialog, and how it ends", async () => {
    await withSandbox({ language: "ru" }, async (sandbox) => {
      const { control } = sandbox;
      const { chatId, sessionId } = control.clientWrites({ line: 1, client: "Ольга Сомова", text: "Ау" });
      const [support, sales] = control.state().lines;
      const anna = support?.queue[0] ?? 0;
      const transfer = { CHAT_ID: chatId, CLIENT_ID: TOKEN };
      await result(sandbox, "imopenlines.bot.session.transfer", { ...transfer, QUEUE_ID: sales?.id });
      control.operatorAnswers(anna, chatId);
      control.operatorFinishes(anna, chatId);
      assert.deepEqual(said(sandbox), [
        `Диалог №${sessionId} начат`,
        "Здравствуйте! Где мой заказ?",
        "Ау",
        "Чат-бот «Учебный чат-бот» передал диалог в открытую линию «Продажи»",
        "Обращение направлено оператору: Иван Петров",
        "Диалог принял оператор Анна Соколова",
        "Диалог завершил оператор Анна Соколова",
      ]);
    });
  });

  it("change with the portal's settings, which name them as Bitrix24 does", async () => {
    await withSandbox({ language: "pt-BR" }, async (sandbox) => {
      const { control } = sandbox;
      const { chatId, botId } = sample(sandbox);
      const own = control.settings().language;
      control.configure({ language: "la" });
      await result(sandbox, "imopenlines.bot.session.finish", { CHAT_ID: chatId, CLIENT_ID: TOKEN });
      control.configure({ language: "fr" });
      const { chatId: foreign } = control.clientWrites({ line: 2, client: "Zoé", text: "Salut" });
      const events = (await result(sandbox, "imbot.v2.Event.get", { botId, botToken: TOKEN })) as {
        events: { data: { language?: string } }[];
      };
      assert.equal(own, "br");
      assert.equal(said(sandbox).at(-1), "El bot «Bot de treino» ha cerrado la conversación");
      assert.match(control.chat(foreign).messages[0]?.text ?? "", /^Conversation #\d+ started$/);
      assert.deepEqual(
        events.events.map(({ data }) => data.language),
        ["br", "br", "fr", "fr"],
      );
    });
  });

  it("reach a handler whole, in a form of UTF-8", async () => {
    const posted: string[] = [];
    const receiver = createServer((request, response) => {
      void text(request).then((body) => {
        response.end();
        posted.push(body);
        receiver.emit("posted");
      });
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    const handler = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    try {
      await withSandbox({ language: "ru" }, async (sandbox) => {
        const { control } = sandbox;
        const PROPERTIES = { NAME: "Старый" };
        const registration = { CLIENT_ID: "v1", CODE: "old", TYPE: "O", EVENT_HANDLER: handler, PROPERTIES };
        control.updateLine(1, { bot: Number(await result(sandbox, "imbot.register", registration)) });
        control.clientWrites({ line: 1, client: "Пётр Иванов", text: "Здравствуйте!" });
        while (posted.length < 2) await once(receiver, "posted");
      });
    } finally {
      receiver.close();
      receiver.closeAllConnections();
    }
    const message = posted.find((body) => body.includes("ONIMBOTMESSAGEADD"));
    const fields = new URLSearchParams(message);
    assert.match(message ?? "", /^[\x20-\x7e]+$/);
    assert.equal(fields.get("data[PARAMS][MESSAGE]"), "Здравствуйте!");
    assert.equal(fields.get("data[PARAMS][CHAT_TITLE]"), "Пётр Иванов - Поддержка");
    assert.equal(fields.get("data[USER][NAME]"), "Пётр Иванов");
  });
});
