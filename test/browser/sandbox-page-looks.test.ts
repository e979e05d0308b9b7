import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { LANGUAGES } from "../../sandbox/index";
import { eachWithPortalPage, type PortalPage } from "../support/portal-page";
import { readText } from "../support/project";

const axe = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

describe("the looks of the practice portal's page", function () {
  this.timeout(60_000);
  const portalPage = eachWithPortalPage();

  it("speaks the browser's language, and the chosen one from then on", async () => {
    const at = portalPage();
    await at.visit({ language: "ru-RU" });
    const russian = await at.page.textContent("h1");
    await at.page.getByLabel("Язык").selectOption("Português (Brasil)");
    await at.seen("h1", "Portal de treino");
    await at.seen(".dialog .badge", "Bot");
    await at.page.reload();
    await at.seen("h1", "Portal de treino");
    const language = await at.page.evaluate<string>("document.documentElement.lang");
    const shown = await at.page.inputValue("#language");
    assert.deepEqual([russian, language, shown], ["Учебный портал", "pt-BR", "pt-BR"]);
  });

  it("speaks the nearest of its languages, and English where it knows none", async () => {
    const at = portalPage();
    const titles: (string | null)[] = [];
    for (const language of ["es-MX", "de-CH", "fr-FR"]) {
      await at.visit({ language });
      titles.push(await at.page.textContent("h1"));
    }
    assert.deepEqual(titles, ["Portal de prácticas", "Übungsportal", "Practice portal"]);
  });

  for (const language of ["en-US", "ru-RU", "de-DE", "es-ES", "pt-BR"])
    for (const dark of [false, true])
      it(`fits, has all texts and is accessible: ${language}${dark ? ", dark" : ""}`, async () => {
        const at = portalPage();
        await fillAllParts(at);
        await at.visit({ language, dark });
        await at.page.locator("#log .call").last().click();
        await at.page.locator("#log .details").waitFor();
        await at.page.locator(".dialog", { hasText: "Olga Sommer" }).click();
        await at.seen("#client-messages .own", "The last word");
        await at.openTools("#client-messages .own");
        await at.openTools("#portal-messages .bot");
        const background = await at.page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
        await at.page.evaluate(axe);
        at.problems.push(...(await accessibilityFaults(at)), ...(await untranslated(at)), ...(await tooWide(at)));
        await at.page.click("#client-new");
        for (const width of [900, 400]) {
          await at.page.setViewportSize({ width, height: 760 });
          for (const view of ["client", "portal", "traffic"]) {
            await at.page.click(`[data-view="${view}"]`);
            const name = `${view} at ${width}`;
            at.problems.push(
              ...[...(await accessibilityFaults(at)), ...(await tooWide(at))].map((text) => `${name}: ${text}`),
            );
          }
        }
        const [red = 0] = (/\d+/.exec(background) ?? []).map(Number);
        assert.equal(red < 100, dark);
        assert.deepEqual(at.problems, []);
      });
});

/** Something of everything that the page can show. */
async function fillAllParts(at: PortalPage): Promise<void> {
  const { control } = at.sandbox;
  await at.botSays(at.chatOf("Olga Sommer"), {
    message: "1\n>>quoted\n[code]x[/code]",
    keyboard: [
      { TEXT: "A", LINK: "/x" },
      { TEXT: "B", ACTION: "PUT", ACTION_VALUE: "b", BG_COLOR_TOKEN: "primary", DISPLAY: "LINE" },
      { TEXT: "C", COMMAND: "c", BG_COLOR_TOKEN: "alert", DISPLAY: "LINE" },
      { TEXT: "D", COMMAND: "d", DISABLED: "Y" },
    ],
  });
  const { id: chatId, messages } = at.chatOf("Olga Sommer");
  control.operatorReacts(1, chatId, messages.at(-1)?.id ?? 0, "fire");
  control.clientReacts(chatId, messages.at(-1)?.id ?? 0, "like");
  control.clientWrites({ line: 2, client: "Pavel Orlov", text: "0", connector: "telegrambot" });
  control.clientWrites({
    line: 1,
    client: "Lukas Vogel",
    text: "Bye",
    files: [{ name: "a.jpg", size: 9, type: "image" }],
  });
  control.operatorFinishes(1, at.chatOf("Lukas Vogel").id);
  control.clientWrites({ line: 1, client: "Olga Sommer", text: "The last word" });
  control.addFault({ kind: "html-200", method: "profile" });
  control.addFault({ kind: "slow", insideBatch: true, count: Infinity });
  await at.rest("profile", {});
  await at.rest("batch", { cmd: ["profile", "imopenlines.bot.session.finish"] });
}

async function accessibilityFaults({ page }: PortalPage): Promise<string[]> {
  const violations = await page.evaluate<{ id: string; nodes: { target: string[] }[] }[]>(
    "axe.run().then(({ violations }) => violations)",
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** Texts that are still nothing but their key. */
const untranslated = ({ page }: PortalPage): Promise<string[]> =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll("body *")].flatMap((node) =>
       [...[...node.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data),
        node.title, node.getAttribute("aria-label"), node.getAttribute("placeholder")])
       .filter((text) => /^(?:page|view|client|connector|lines|dialogs|owner|dialog|message|reaction|status|typing|log|gauge|faults|fault|queue)\\.\\S+$/.test(text ?? ""))`,
  );

const tooWide = ({ page }: PortalPage): Promise<string[]> =>
  page.evaluate<string[]>(
    `[document.documentElement, ...document.querySelectorAll(".panel, .panel *")]
       .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0
         && ["visible", "auto", "scroll"].includes(getComputedStyle(node).overflowX)
         && getComputedStyle(node).display !== "inline" && getComputedStyle(node).visibility === "visible")
       .map((node) => "too wide: " + node.tagName + "#" + node.id + "." + node.className)`,
  );

describe("the texts of the practice portal's page", () => {
  type Words = { [key: string]: string | Words };

  const read = (language: string): Words => JSON.parse(readText(`sandbox/page/locales/${language}.json`)) as Words;

  /** Plural forms differ between languages: such an entry counts as one text. */
  function leaves(words: Words, prefix = ""): [string, string | Words][] {
    return Object.entries(words).flatMap(([key, entry]): [string, string | Words][] =>
      typeof entry === "string" || "other" in entry ? [[prefix + key, entry]] : leaves(entry, `${prefix}${key}.`),
    );
  }

  const places = (entry: string | Words): string[] =>
    [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();

  it("are complete in all languages, with the same values in them", () => {
    const english = leaves(read("en"));
    for (const language of LANGUAGES) {
      const others = new Map(leaves(read(language)));
      assert.deepEqual([...others.keys()].sort(), english.map(([key]) => key).sort(), language);
      for (const [key, entry] of english) {
        assert.deepEqual(places(others.get(key) ?? ""), places(entry), `${language}: ${key}`);
      }
    }
  });

  it("have every plural form", () => {
    for (const language of LANGUAGES) {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      for (const [key, entry] of leaves(read(language))) {
        if (typeof entry === "object") assert.deepEqual(Object.keys(entry).sort(), [...pluralCategories].sort(), key);
      }
    }
  });
});
