// `npm run pictures`: takes the pictures of the READMEs from the running product, in each language of theirs.
import { prepare } from "./prepare.mjs";

prepare();
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
const { tmpdir } = await import("node:os");
const { join } = await import("node:path");
const { chromium } = await import("playwright-core");
const { build, isBuilt } = await import("./build.mjs");
const { film } = await import("./film.mjs");
const { takeMessage, takePortal } = await import("./picture-dialogs.mjs");
const { inRoot } = await import("./run.mjs");
const { startEditor, startPortal } = await import("./scene.mjs");

const PICTURES = [
  { locale: "en-US", portal: "portal.png", message: "message.png", scene: "scene.gif" },
  { locale: "ru", portal: "portal-ru.png", message: "message-ru.png", scene: "scene-ru.gif" },
];
const BROWSER = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
};

/** Pictures of the editor in a language, from a profile of its own. */
async function take(url, picture, profile) {
  const context = await chromium.launchPersistentContext(profile, { ...BROWSER, locale: picture.locale });
  try {
    for (const takeOne of [takePortal, takeMessage]) {
      const page = await context.newPage();
      await page.goto(url);
      await page.waitForFunction(() => globalThis.RED?.nodes?.filterNodes?.({ type: "bitrix24-send" }).length > 0);
      await page.waitForFunction(() => globalThis.RED.nodes.filterNodes({}).every(({ valid }) => valid));
      await takeOne(page, picture);
      await page.close();
    }
  } finally {
    await context.close();
  }
}

async function takeFilm({ locale, scene }, portal, editor) {
  const browser = await chromium.launch(BROWSER);
  try {
    writeFileSync(inRoot("docs/images", scene), await film(browser, { portal, editor, language: locale }));
    console.log(`docs/images/${scene}`);
  } finally {
    await browser.close();
  }
}

const work = mkdtempSync(join(tmpdir(), "pictures-"));
mkdirSync(inRoot("docs/images"), { recursive: true });
const mistakes = isBuilt() ? undefined : await build();
if (mistakes !== undefined) throw new Error(mistakes);
try {
  for (const picture of PICTURES) {
    const language = picture.locale;
    const portal = await startPortal({ language });
    const editor = await startEditor({ portal, language, userDir: join(work, `user-${language}`) });
    try {
      await take(editor.url, picture, join(work, language));
      await takeFilm(picture, portal, editor);
    } finally {
      await editor.stop();
      await portal.stop();
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
