// The scene as a short film: a client, the bot and an operator on the practice portal's page, above the flow that runs it.
import { animated, stacked } from "./gif.mjs";

/** The page shows client and portal beside each other from this width on; the film is a little smaller, for a README. */
const SIZE = { width: 1120, height: 700 };
const SCALE = 0.85;
const FLOW_HEIGHT = 300;
const PATIENCE = 20_000;

/** How long a frame stays, ms: to read what is typed, to read an answer, to see the end. */
const TYPED = 1_300;
const ANSWERED = 2_600;
const END = 4_000;

const SCRIPTS = {
  "en-US": {
    name: "Jane",
    hello: { says: "Good morning!", answer: "Write a number or a word" },
    question: "When are you open?",
    hours: { says: "Monday to Friday", node: "about opening hours" },
    plea: "operator",
    handover: { says: "a colleague will answer you", node: "bitrix24-operator" },
    greeting: "Good afternoon, Anna here. How can I help?",
    reply: "Can I pick up my order on Friday?",
    silent: { node: "operators have it: silent" },
    promise: "Yes, it will be ready at noon.",
  },
  ru: {
    name: "Елена",
    hello: { says: "Доброе утро!", answer: "Напишите цифру или слово" },
    question: "Когда вы работаете?",
    hours: { says: "с понедельника по пятницу", node: "о часах работы" },
    plea: "оператор",
    handover: { says: "вам ответит коллега", node: "bitrix24-operator" },
    greeting: "Добрый день, это Анна. Чем могу помочь?",
    reply: "Можно забрать заказ в пятницу?",
    silent: { node: "ведут сотрудники: молчим" },
    promise: "Да, к полудню всё будет готово.",
  },
};

/** Both pages, and what is done and awaited on them. */
class Stage {
  frames = [];

  constructor(portal, editor) {
    this.portal = portal;
    this.editor = editor;
  }

  async newClient(name) {
    await this.portal.click("#client-new");
    await this.portal.fill('#client-form [name="client"]', name);
    await this.portal.click('#client-form [type="submit"]');
    await this.portal.locator('#client-tabs [aria-selected="true"]', { hasText: name }).waitFor();
  }

  async types(form, text) {
    await this.portal.fill(`${form} textarea`, text);
    await this.shoot(TYPED);
    await this.sends(form, text);
  }

  async sends(form, text) {
    await this.portal.press(`${form} textarea`, "Enter");
    await this.portal.locator("#portal-messages", { hasText: text }).waitFor();
  }

  async clientSees(text) {
    await this.portal.locator("#client-messages .theirs", { hasText: text }).waitFor();
    await this.portal.locator("#portal-messages", { hasText: text }).waitFor();
  }

  async owner(...names) {
    const badge = names.map((name) => `#dialog-owner[data-owner="${name}"]`).join(", ");
    await this.portal.locator(badge).waitFor();
  }

  /** Brings a node of the flow into sight and selects it: by its name, or the first of its type. */
  async point(name) {
    await this.editor.evaluate(
      ([wanted, half]) => {
        const node = RED.nodes.filterNodes({}).find((one) => one.name === wanted || one.type === wanted);
        const chart = document.querySelector("#red-ui-workspace-chart");
        if (!chart || !node) return;
        RED.workspaces.show(node.z);
        RED.view.select({ nodes: [node] });
        chart.scrollTop = node.y - Number(half);
        chart.scrollLeft = 0;
      },
      [name, FLOW_HEIGHT / 2],
    );
  }

  async shoot(delay) {
    const panes = await this.portal.locator(".panel.portal").boundingBox();
    const chart = await this.editor.locator("#red-ui-workspace-chart").boundingBox();
    // A fraction of a pixel more or less would change the size of a frame.
    const bottom = Math.ceil((panes.y + panes.height) / 10) * 10;
    const above = await this.portal.screenshot({ clip: { x: 0, y: 0, width: SIZE.width, height: bottom } });
    const below = await this.editor.screenshot({ clip: { ...chart, width: SIZE.width, height: FLOW_HEIGHT } });
    this.frames.push({ picture: stacked([above, below]), delay });
  }
}

/** The editor with nothing but its flow. */
async function bareFlow(page) {
  // A mistake in the flow would be marked in each frame: then there is no film.
  await page.waitForFunction(() => {
    const events = globalThis.RED?.nodes?.filterNodes?.({ type: "bitrix24-event" }) ?? [];
    const isConnected = events.length > 0 && events.every(({ status }) => status?.fill === "green");
    return isConnected && globalThis.RED.nodes.filterNodes({}).every(({ valid }) => valid);
  });
  await page.evaluate(() => {
    RED.actions.invoke("core:toggle-palette");
    RED.actions.invoke("core:toggle-sidebar");
  });
  await page.waitForLoadState("networkidle");
}

async function play(stage, script) {
  // The film begins when the client has been greeted.
  await stage.newClient(script.name);
  await stage.portal.fill("#client-answer textarea", script.hello.says);
  await stage.sends("#client-answer", script.hello.says);
  await stage.clientSees(script.hello.answer);

  await stage.point(script.hours.node);
  await stage.types("#client-answer", script.question);
  await stage.clientSees(script.hours.says);
  await stage.shoot(ANSWERED);

  await stage.types("#client-answer", script.plea);
  await stage.clientSees(script.handover.says);
  await stage.owner("waiting", "human");
  await stage.point(script.handover.node);
  await stage.shoot(ANSWERED);

  await stage.types("#operator-answer", script.greeting);
  await stage.clientSees(script.greeting);
  await stage.owner("human");
  await stage.shoot(ANSWERED);

  await stage.point(script.silent.node);
  await stage.types("#client-answer", script.reply);
  await stage.shoot(ANSWERED);
  await stage.types("#operator-answer", script.promise);
  await stage.clientSees(script.promise);
  await stage.shoot(ANSWERED);

  await stage.portal.click("#finish");
  await stage.owner("closed");
  await stage.shoot(END);
}

/** Plays the scene in a browser and returns it as a GIF. */
export async function film(browser, { portal, editor, language }) {
  const context = await browser.newContext({
    locale: language,
    viewport: SIZE,
    deviceScaleFactor: SCALE,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PATIENCE);
  const stage = new Stage(await context.newPage(), await context.newPage());
  await stage.portal.goto(portal.url);
  await stage.editor.goto(editor.url);
  await bareFlow(stage.editor);
  await play(stage, SCRIPTS[language]);
  await context.close();
  return animated(stage.frames);
}
