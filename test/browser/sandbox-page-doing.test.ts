import assert from "node:assert/strict";
import { SAMPLE_BOT } from "../../sandbox/index";
import { eachWithPortalPage, type PortalPage } from "../support/portal-page";

const KEYBOARD = [
  { TEXT: "Small", COMMAND: "pick", COMMAND_PARAMS: "S", BLOCK: "Y" },
  { TEXT: "Large", COMMAND: "pick", COMMAND_PARAMS: "L", DISPLAY: "LINE" },
  { TYPE: "NEWLINE" },
  { TEXT: "Other", ACTION: "PUT", ACTION_VALUE: "/pick " },
  { TEXT: "Ask", ACTION: "SEND", ACTION_VALUE: "Please ask" },
  { TEXT: "Off", COMMAND: "pick", DISABLED: "Y" },
];

describe("what can be done with messages on the practice portal's page", function () {
  this.timeout(60_000);
  const portalPage = eachWithPortalPage();

  const register = (at: PortalPage): Promise<number> =>
    at.rest("imbot.v2.Command.register", {
      ...{ botId: at.sandbox.control.state().bots[0]?.id, botToken: SAMPLE_BOT.token },
      fields: { command: "pick", title: { en: "Choose" } },
    });
  const told = (at: PortalPage, type: string): Record<string, unknown>[] =>
    at.sandbox.control
      .events()
      .queued.filter((event) => event.type === type)
      .map(({ data }) => data);

  it("presses buttons as the chosen operator: commands, texts, and what stays in the browser", async () => {
    const at = portalPage();
    await register(at);
    await at.botSays(at.chatOf("Olga Sommer"), { message: "Which size?", keyboard: KEYBOARD });
    await at.visit();
    await at.page.selectOption("#operator-answer select", { label: "Ivan Petrov" });
    const key = (name: string) => at.page.locator("#portal-messages").getByRole("button", { name });
    await key("Large").focus();
    await at.page.keyboard.press("Enter");
    await at.seen("#portal-messages .system", "Ivan Petrov has joined the conversation");
    await key("Small").click();
    await at.page.locator("#portal-messages .key:disabled", { hasText: "Small" }).waitFor();
    await key("Other").click();
    await at.page.waitForFunction(`document.querySelector("#operator-answer textarea").value === "/pick "`);
    const off = await key("Off").isDisabled();
    const owner = at.chatOf("Olga Sommer").owner;
    await key("Ask").click();
    await at.seen("#client-messages .theirs", "Please ask");
    const commands = told(at, "ONIMBOTV2COMMANDADD").map(({ command }) => (command as { params: string }).params);
    assert.deepEqual([commands, off, owner], [["L", "S"], true, "bot"]);
    assert.equal(at.chatOf("Olga Sommer").owner, "human");
    assert.equal(await at.page.locator("#client-messages .key").count(), 0);
    assert.deepEqual(at.problems, []);
  });

  it("says when nobody hears a command", async () => {
    const at = portalPage();
    await at.botSays(at.chatOf("Olga Sommer"), { message: "Which size?", keyboard: KEYBOARD });
    await at.visit();
    await at.page.locator("#portal-messages").getByRole("button", { name: "Large" }).click();
    await at.seen("#notice.info", "No bot in this chat has registered the command /pick.");
    assert.deepEqual(told(at, "ONIMBOTV2COMMANDADD"), []);
    assert.deepEqual(at.problems, []);
  });

  it("lets the client change, delete and react, with the keyboard alone", async () => {
    const at = portalPage();
    const chat = at.chatOf("Olga Sommer");
    await at.botSays(chat, { message: "Let me look" });
    await at.visit();
    const own = at.page.locator("#client-messages .own").last();
    await own.locator(".more").focus();
    await at.page.keyboard.press("Enter");
    await own.getByRole("button", { name: "Edit" }).focus();
    await at.page.keyboard.press("Enter");
    await at.page.keyboard.press("Control+A");
    await at.page.keyboard.type("Where is order 12?");
    await at.page.keyboard.press("Enter");
    await at.seen("#portal-messages .theirs", "Where is order 12?");
    await at.seen("#client-messages .own time", "edited");
    await at.openTools("#client-messages .theirs");
    await at.page.locator("#client-messages .theirs").getByRole("button", { name: "React: heart" }).click();
    const chip = at.page.locator("#portal-messages .bot .reactions");
    await chip.waitFor();
    const label = await chip.getByRole("img").getAttribute("aria-label");
    await at.openTools("#client-messages .own");
    await at.page.locator("#client-messages .own").getByRole("button", { name: "Delete" }).click();
    await at.seen("#client-messages .own .deleted", "Message deleted");
    await at.seen("#portal-messages .theirs .deleted", "This message has been deleted.");
    const reaction = told(at, "ONIMBOTV2REACTIONCHANGE").map((data) => [data.reaction, data.action]);
    assert.deepEqual([label, reaction], ["heart: Olga Sommer", [["redHeart", "add"]]]);
    assert.equal(told(at, "ONIMBOTV2MESSAGEUPDATE").length, 1);
    assert.equal(told(at, "ONIMBOTV2MESSAGEDELETE").length, 1);
    assert.deepEqual(at.problems, []);
  });

  it("lets operators change their own messages only, and shows the client what arrives", async () => {
    const at = portalPage();
    const chat = at.chatOf("Olga Sommer");
    const anna = at.sandbox.control.state().operators.find(({ name }) => name === "Anna")?.id ?? 0;
    at.sandbox.control.operatorWrites(anna, chat.id, "It is underweigh");
    await at.visit();
    await at.openTools("#portal-messages .theirs");
    const forOthers = await at.page.locator("#portal-messages .theirs .tools button").count();
    await at.openTools("#portal-messages .own");
    const mine = at.page.locator("#portal-messages .own").last();
    await mine.getByRole("button", { name: "Edit" }).click();
    await mine.getByLabel("New text").fill("It is under way");
    await mine.getByRole("button", { name: "Save" }).click();
    await at.seen("#client-messages .theirs", "It is under way");
    await at.openTools("#portal-messages .own");
    await at.page.keyboard.press("Escape");
    const closed = await at.page.locator("#portal-messages .own .tools").last().isHidden();
    assert.deepEqual([forOthers, closed], [6, true], "six reactions, no editing");
    assert.deepEqual(at.problems, []);
  });

  it("shows the client the transcript and nothing that stays inside", async () => {
    const at = portalPage();
    const chat = at.chatOf("Olga Sommer");
    await at.botSays(chat, { message: "For colleagues", skipConnector: true });
    await at.botSays(chat, { message: "A line", system: true });
    await at.botSays(chat, { message: "For the client" });
    await at.visit();
    const texts = await at.textsWith("#client-messages .message .text", "For the client");
    await at.seen("#portal-messages .message", "For colleagues");
    assert.deepEqual(texts, ["Hello! Where is my order?", "For the client"]);
    assert.deepEqual(at.problems, []);
  });
});
