/** Reactions: one for each person and message; only the bot that wrote the message hears of them. [S im/lib/bot.php] */
import type { Chat, Message, User } from "./entities";
import type { Portal } from "./memory";
import { renewReactions } from "./transcript";

/** [D chat-message-reaction-add.md] */
const CODES = new Set(
  `like dislike faceWithTearsOfJoy redHeart neutralFace fire cry slightlySmilingFace winkingFace laugh kiss wonder
   slightlyFrowningFace loudlyCryingFace faceWithStuckOutTongue faceWithStuckOutTongueAndWinkingEye
   smilingFaceWithSunglasses confusedFace flushedFace thinkingFace angry smilingFaceWithHorns faceWithThermometer
   facepalm poo flexedBiceps clappingHands raisedHand smilingFaceWithHeartEyes smilingFaceWithHearts pleadingFace
   relievedFace foldedHands okHand signHorns loveYouGesture clownFace partyingFace questionMark exclamationMark
   lightBulb bomb sleepingSymbol crossMark whiteHeavyCheckMark eyes handshake hundredPoints`.split(/\s+/),
);

export function isReaction(code: string): boolean {
  return CODES.has(code);
}

/** The reaction that a user has on a message. */
export function reactionOf(message: Message, userId: number): string | null {
  return message.reactions.find((entry) => entry.userId === userId)?.reaction ?? null;
}

/** Sets a user's reaction; an earlier one goes without an event of its own. [S ReactionService.php] */
export function addReaction(portal: Portal, chat: Chat, message: Message, user: User, code: string): void {
  message.reactions = [...others(message, user), { userId: user.id, reaction: code }];
  changed(portal, chat, message, user, { code, action: "add" });
}

/** Takes a user's reaction away. */
export function deleteReaction(portal: Portal, chat: Chat, message: Message, user: User, code: string): void {
  message.reactions = others(message, user);
  changed(portal, chat, message, user, { code, action: "delete" });
}

function others(message: Message, user: User): Message["reactions"] {
  return message.reactions.filter((entry) => entry.userId !== user.id);
}

function changed(
  portal: Portal,
  chat: Chat,
  message: Message,
  user: User,
  reaction: { code: string; action: "add" | "delete" },
): void {
  renewReactions(chat, message);
  const bot = portal.bots.get(message.authorId);
  // 1.0 has no handler for it.
  if (bot?.api === 2 && bot.reactions) {
    portal.hooks.botEvent({ name: "REACTIONCHANGE", bot, chat, message, user, reaction });
  }
  portal.changed("chat", chat.id);
}
