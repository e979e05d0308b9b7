// The two dialogs that the READMEs show: a portal that is connected, and the panel that writes a message.
import { inRoot } from "./run.mjs";

/** High enough for all steps: a dialog without room folds the ones that are done. */
const PORTAL = { width: 1180, height: 1060 };
const PANEL = { width: 1700, height: 800 };

const MESSAGES = {
  "en-US": {
    text: "Here are our [b]prices[/b]. May we show you the shop?",
    buttons: [{ TEXT: "Opening hours", LINK: "https://example.com/hours" }],
    rows: [
      ["Repair", "€40"],
      ["Inspection", "€25"],
    ],
    link: "Price list",
  },
  ru: {
    text: "Вот наши [b]цены[/b]. Показать вам магазин?",
    buttons: [{ TEXT: "Часы работы", LINK: "https://example.com/hours" }],
    rows: [
      ["Ремонт", "4000 ₽"],
      ["Осмотр", "2500 ₽"],
    ],
    link: "Прайс-лист",
  },
};

/** Opens the dialog of the first node of a type. */
async function edit(page, type) {
  await page.evaluate((wanted) => {
    const [node] = RED.nodes.filterNodes({ type: wanted });
    if (!node) return;
    RED.workspaces.show(node.z);
    RED.editor.edit(node);
  }, type);
  await page.locator(".red-ui-tray").last().waitFor();
}

/** Takes the picture of a dialog, down to the end of its last part where one is given. */
async function shoot(page, file, lastPart) {
  // Trays slide in, lists come from the portal.
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(1500);
  const clip = await page.locator(".red-ui-tray").last().boundingBox();
  if (lastPart !== undefined) {
    const { y, height } = await page.locator(lastPart).boundingBox();
    clip.height = y + height + 16 - clip.y;
  }
  await page.screenshot({ clip, path: inRoot("docs/images", file) });
  console.log(`docs/images/${file}`);
}

const open = (page, step) =>
  page.evaluate((id) => document.getElementById(id)?.setAttribute("open", ""), `b24-${step}`);

/** The portal dialog, step by step as a newcomer sees it. */
export async function takePortal(page, { portal: file }) {
  await page.setViewportSize(PORTAL);
  await page.evaluate(() => {
    const [node] = RED.nodes.filterNodes({ type: "bitrix24-send" });
    if (node) RED.editor.editConfig("", "bitrix24-portal", node.portal);
  });
  await page.click("#b24-test");
  await page.locator("#b24-test-result li").first().waitFor();
  await open(page, "lines");
  await page.locator("#b24-lines-table tbody tr").first().waitFor();
  await page.waitForTimeout(500);
  for (const step of ["connect", "bot"]) await open(page, step);
  await shoot(page, file, "#b24-advanced");
}

/** The message panel with a text, a button and a table. */
export async function takeMessage(page, { locale, message: file }) {
  await page.setViewportSize(PANEL);
  await page.evaluate((message) => {
    const [node] = RED.nodes.filterNodes({ type: "bitrix24-send" });
    if (!node) return;
    const grid = message.rows.map(([NAME, VALUE]) => ({ NAME, VALUE, DISPLAY: "LINE" }));
    const blocks = [{ GRID: grid }, { LINK: { NAME: message.link, LINK: "https://example.com/prices" } }];
    Object.assign(node, {
      message: message.text,
      messageType: "str",
      keyboard: JSON.stringify(message.buttons),
      keyboardType: "json",
      attach: JSON.stringify(blocks),
      attachType: "json",
    });
  }, MESSAGES[locale]);
  await edit(page, "bitrix24-send");
  await page.click("#b24-compose");
  await page.locator("#b24-compose-text").waitFor();
  await shoot(page, file);
}
