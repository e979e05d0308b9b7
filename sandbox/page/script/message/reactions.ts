/** Reactions to messages: their signs, and who has set them. */
import type { ReactionView } from "../../../portal/view-types";
import { el } from "../dom/elements";
import { has, t } from "../words/texts";

/** All that the portal knows; the first ones are offered. [D chat-message-reaction-add.md] */
const SIGNS: Record<string, string> = {
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

/** The reactions that people choose from. */
export const offered: readonly string[] = Object.keys(SIGNS).slice(0, OFFERED);

export function reactionSign(code: string): string {
  return SIGNS[code] ?? code;
}

export function reactionName(code: string): string {
  return has(`reaction.${code}`) ? t(`reaction.${code}`) : code;
}

/** Reactions that are there, with the names of who set them. */
export function reactions(all: ReactionView[], nameOf: (userId: number) => string): HTMLElement | null {
  if (all.length === 0) return null;
  const byCode = Map.groupBy(all, ({ reaction }) => reaction);
  const chips = [...byCode].map(([code, same]) =>
    chip(
      code,
      same.map(({ userId }) => nameOf(userId)),
    ),
  );
  return el("ul", { class: "reactions" }, ...chips);
}

function chip(code: string, names: string[]): HTMLElement {
  const title = t("message.reacted", { reaction: reactionName(code), names: names.join(", ") });
  const count = names.length > 1 ? String(names.length) : null;
  const sign = el("span", { role: "img", "aria-label": title }, reactionSign(code));
  return el("li", { title }, sign, count);
}
