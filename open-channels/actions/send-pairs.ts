export type SendPair = "chatId" | "message" | "code" | "userId" | "attach" | "keyboard";

/** The pairs that matter to a message of this kind. */
export function pairsOfSend({ mode, template }: Readonly<Record<"mode" | "template", unknown>>): readonly SendPair[] {
  if (mode === "network") return ["code", "userId", "message", "attach", "keyboard"];
  if (mode !== "automatic") return ["chatId", "message", "attach", "keyboard"];
  return template === "WELCOME" ? ["chatId"] : ["chatId", "message"];
}
