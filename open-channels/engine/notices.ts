/** What a person should know about the engine's work. */
export type EngineNotice =
  | { readonly kind: "journalFile"; readonly reason: string }
  | { readonly kind: "journalLine" }
  | { readonly kind: "journalUnreadable" }
  | { readonly kind: "memoryOnly" }
  | { readonly kind: "custodyMemory" }
  | { readonly kind: "goneNode"; readonly count: number }
  | { readonly kind: "eventsGone"; readonly count: number }
  | { readonly kind: "knownElsewhere"; readonly count: number };
