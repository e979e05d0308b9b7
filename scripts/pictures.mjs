// `npm run pictures`: takes the pictures of the READMEs from the running product, in each language of theirs.
import { prepare } from "./prepare.mjs";

prepare();
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
const { tmpdir } = await import("node:os");
const { join } = await import("node:path");
const { chromium } = await import("playwright-core");
const { build, isBuilt } = await import("./build.mjs");
const { film } = await import("./film.mjs");
const { inRoot } = await import("./run.mjs");
const { startEditor, startPortal } = await import("./scene.mjs");

const SIZE = { width: 1440, height: 680 };
const PICTURES = [
  { locale: "en-US", file: "editor.png", scene: "scene.gif" },
  { locale: "ru", file: "editor-ru.png", scene: "scene-ru.gif" },
];
const BROWSER = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
};

/** Shows the palette at our nodes and the tab that holds the story; both are what a user would look at first. */
async function arrange(page) {
  await page.evaluate(() => {
    const tabs = new Set(RED.nodes.filterNodes({ type: "bitrix24-operator" }).map((node) => node.z));
    RED.workspaces.show([...tabs][0]);
    RED.sidebar.show("help");
    document.querySelector('[id^="red-ui-palette-"][id$="Bitrix24"]')?.scrollIntoView();
    const node = RED.nodes.filterNodes({ type: "bitrix24-operator" })[0];
    RED.view.select({ nodes: [node] });
  });
  await page.waitForFunction(() => document.querySelector(".red-ui-help-content h3, .red-ui-help p") !== null);
}

/** How far what is drawn in the upper part of the flow reaches beyond the visible part, px. */
const hiddenWidth = (page) =>
  page.evaluate((height) => {
    const groups = RED.nodes.groups(RED.workspaces.active()).filter(({ y }) => y < height);
    const visible = document.querySelector("#red-ui-workspace-chart")?.clientWidth ?? 0;
    return Math.max(0, ...groups.map(({ x, w }) => x + w + 14 - visible));
  }, SIZE.height);

async function take(url, { locale, file }, profile) {
  const context = await chromium.launchPersistentContext(profile, {
    ...BROWSER,
    locale,
    viewport: SIZE,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(url);
    await page.waitForFunction(() => globalThis.RED?.nodes?.filterNodes?.({ type: "bitrix24-operator" }).length > 0);
    await page.waitForFunction(() => globalThis.RED.nodes.filterNodes({}).every(({ valid }) => valid));
    await arrange(page);
    await page.setViewportSize({ ...SIZE, width: SIZE.width + (await hiddenWidth(page)) });
    // Status texts arrive with the first messages of the editor's socket, animations of the sidebar end after that.
    await page.waitForLoadState("networkidle");
    await page.waitForTimeout(1000);
    await page.screenshot({ path: inRoot("docs/images", file) });
    console.log(`docs/images/${file}`);
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
