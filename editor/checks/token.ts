import { isWeakToken as isWeak } from "../../open-channels/bot/token";
import { asText, isEnvReference, STORED_SECRET } from "../shared/text";

/** Whether a token that was typed here can be guessed; of one that is stored or comes from outside nothing is known. */
export const isWeakToken = (value: unknown): boolean =>
  value !== STORED_SECRET && !isEnvReference(value) && isWeak(asText(value).trim());
