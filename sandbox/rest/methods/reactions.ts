/** Bots react to messages: 2.0 with any reaction, 1.0 with a like. [S 7.2, 8.4] */
import type { Bot, Chat, Message, User } from "../../portal/entities";
import { phpString } from "../../portal/php";
import { addReaction, deleteReaction, isReaction, reactionOf } from "../../portal/reactions";
import { RestError } from "../errors";
import { v1Message, v2Message } from "./dialog";
import { clientIdentity, v1Bot, v2Bot } from "./identity";
import { isV2, type Call, type Method } from "./method";

const SCOPES = ["imbot"];
const LIKE = "like";

interface Reacting {
  chat: Chat;
  message: Message;
  user: User;
  code: string;
}

function read(call: Call): Reacting {
  const bot = v2Bot(call);
  const { chat, message } = v2Message(call);
  if (!chat.members.has(bot.id)) throw new RestError("ACCESS_DENIED", "Access denied");
  const code = phpString(call.params.reaction);
  if (!isReaction(code)) throw notFound();
  return { chat, message, code, user: userOf(call, bot) };
}

function userOf(call: Call, bot: Bot): User {
  const user = call.portal.users.get(bot.id);
  if (user === undefined) throw new RestError("BOT_NOT_FOUND", "Bot not found");
  return user;
}

function notFound(): RestError {
  return new RestError("REACTION_NOT_FOUND", "Reaction not found");
}

function add(call: Call): unknown {
  const { chat, message, user, code } = read(call);
  if (reactionOf(message, user.id) === code) throw new RestError("REACTION_ALREADY_SET", "Reaction already set");
  addReaction(call.portal, chat, message, user, code);
  return { result: true };
}

function remove(call: Call): unknown {
  const { chat, message, user, code } = read(call);
  if (reactionOf(message, user.id) !== code) throw notFound();
  deleteReaction(call.portal, chat, message, user, code);
  return { result: true };
}

/** ACTION `plus` sets, `minus` takes away, everything else turns over. */
function like(call: Call): true {
  const bot = v1Bot(call, clientIdentity(call, false));
  const place = v1Message(call);
  const unchanged = new RestError("WITHOUT_CHANGES", "Status is not changed");
  if (place === undefined || !place.chat.members.has(bot.id)) throw unchanged;
  const { chat, message } = place;
  const user = userOf(call, bot);
  const liked = reactionOf(message, user.id) === LIKE;
  const action = phpString(call.params.ACTION).toLowerCase();
  const wanted = action === "plus" ? true : action === "minus" ? false : !liked;
  if (wanted === liked) throw unchanged;
  if (wanted) addReaction(call.portal, chat, message, user, LIKE);
  else deleteReaction(call.portal, chat, message, user, LIKE);
  return true;
}

export const reactionMethods: Method[] = [
  { name: "imbot.message.like", scopes: SCOPES, upper: true, run: like },
  { name: "imbot.v2.Chat.Message.Reaction.add", scopes: SCOPES, upper: false, present: isV2, run: add },
  { name: "imbot.v2.Chat.Message.Reaction.delete", scopes: SCOPES, upper: false, present: isV2, run: remove },
];
