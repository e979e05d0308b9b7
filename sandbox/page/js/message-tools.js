/** What people do with a message that is there: react, change it, delete it. */
import { el, reveal } from "./dom.js";
import { has, t } from "./texts.js";

/** All that the portal knows; the first ones are offered. [D chat-message-reaction-add.md] */
const SIGNS = {
  like: "👍",
  redHeart: "❤️",
  faceWithTearsOfJoy: "😂",
  wonder: "😮",
  cry: "😢",
  angry: "😠",
  dislike: "👎",
  neutralFace: "😐",
  fire: "🔥",
  slightlySmilingFace: "🙂",
  winkingFace: "😉",
  laugh: "😄",
  kiss: "😘",
  slightlyFrowningFace: "🙁",
  loudlyCryingFace: "😭",
  faceWithStuckOutTongue: "😛",
  faceWithStuckOutTongueAndWinkingEye: "😜",
  smilingFaceWithSunglasses: "😎",
  confusedFace: "😕",
  flushedFace: "😳",
  thinkingFace: "🤔",
  smilingFaceWithHorns: "😈",
  faceWithThermometer: "🤒",
  facepalm: "🤦",
  poo: "💩",
  flexedBiceps: "💪",
  clappingHands: "👏",
  raisedHand: "✋",
  smilingFaceWithHeartEyes: "😍",
  smilingFaceWithHearts: "🥰",
  pleadingFace: "🥺",
  relievedFace: "😌",
  foldedHands: "🙏",
  okHand: "👌",
  signHorns: "🤘",
  loveYouGesture: "🤟",
  clownFace: "🤡",
  partyingFace: "🥳",
  questionMark: "❓",
  exclamationMark: "❗",
  lightBulb: "💡",
  bomb: "💣",
  sleepingSymbol: "💤",
  crossMark: "❌",
  whiteHeavyCheckMark: "✅",
  eyes: "👀",
  handshake: "🤝",
  hundredPoints: "💯",
};
const OFFERED = 6;

function reactionName(reaction) {
  return has(`reaction.${reaction}`) ? t(`reaction.${reaction}`) : reaction;
}

/** Reactions that are there, with the names of who set them. */
export function reactions(entry, nameOf) {
  if (entry.reactions.length === 0) return null;
  const byCode = Map.groupBy(entry.reactions, ({ reaction }) => reaction);
  return el("ul", { class: "reactions" }, ...[...byCode].map(([code, all]) => chip(code, all.map(nameOf))));
}

function chip(code, names) {
  const title = t("message.reacted", { reaction: reactionName(code), names: names.join(", ") });
  const count = names.length > 1 ? String(names.length) : null;
  const sign = el("span", { role: "img", "aria-label": title }, SIGNS[code] ?? code);
  return el("li", { title }, sign, count);
}

/**
 * The button that opens the tools of a message, and the tools. `doing` holds what this reader may do with it:
 * `react(code or null)`, `edit(text)`, `remove()`, and `mine`, the reader's own reaction.
 */
export function tools(text, doing) {
  const actions = [
    ...(doing.react === undefined
      ? []
      : Object.keys(SIGNS)
          .slice(0, OFFERED)
          .map((code) => reactionButton(code, doing))),
    doing.edit &&
      el("button", { type: "button", class: "button small", onclick: () => openEditor() }, t("message.edit")),
    doing.remove && el("button", { type: "button", class: "button small", onclick: doing.remove }, t("message.delete")),
  ].filter(Boolean);
  if (actions.length === 0) return [];
  const bar = el("div", { class: "tools", role: "group", "aria-label": t("message.tools"), hidden: true }, ...actions);
  const label = t("message.tools");
  const more = el(
    "button",
    {
      type: "button",
      class: "more",
      "aria-label": label,
      title: label,
      "aria-expanded": "false",
      "data-focus": "more",
    },
    "⋯",
  );
  const show = (shown) => {
    bar.hidden = !shown;
    more.setAttribute("aria-expanded", String(shown));
    if (shown) comeIntoView(bar);
  };
  const openEditor = () => {
    const form = editor(text, doing.edit, () => {
      form.replaceWith(bar);
      show(false);
      more.focus();
    });
    bar.replaceWith(form);
    comeIntoView(form);
    form.elements.text.focus({ preventScroll: true });
  };
  more.addEventListener("click", () => show(bar.hidden));
  for (const node of [more, bar]) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      show(false);
      more.focus();
    });
  }
  return [more, bar];
}

/** What opens under the last message would be below the list's edge. */
function comeIntoView(node) {
  reveal(node.closest(".messages"), node);
}

function reactionButton(code, { react, mine }) {
  const label = t("message.react", { reaction: reactionName(code) });
  const set = mine === code;
  const onclick = () => react(set ? null : code);
  const attributes = { type: "button", class: "reaction", "aria-label": label, title: label, onclick };
  const node = el("button", attributes, SIGNS[code]);
  node.setAttribute("aria-pressed", String(set));
  return node;
}

/** Enter saves, Shift+Enter breaks the line, Escape leaves everything as it was. */
function editor(text, save, close) {
  const box = el("textarea", { name: "text", rows: 2, maxlength: 20000, "aria-label": t("message.text") });
  box.value = text;
  const form = el(
    "form",
    { class: "editor" },
    box,
    el("button", { type: "submit", class: "button primary small" }, t("message.save")),
    el("button", { type: "button", class: "button small", onclick: close }, t("message.cancel")),
  );
  const submit = async () => {
    if (box.value.trim() === "" || box.value === text) return close();
    // The message is drawn anew with its new text, and the editor goes with the old one.
    await save(box.value);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
  });
  return form;
}
