/** The languages of practice portals, as tags and as the portal names them. */

/** The languages that a practice portal can speak. */
export const LANGUAGES = ["en", "ru", "de", "es-ES", "pt-BR"] as const;

export type Language = (typeof LANGUAGES)[number];

/** The portal's codes for languages, where they are no language tags. */
const PORTAL_CODES: Partial<Record<Language, string>> = { "es-ES": "la", "pt-BR": "br" };

/** The language for a tag of whatever region (`de-AT`) or for a portal's code (`la`); nothing for a foreign one. */
export function languageOf(tag: string): Language | undefined {
  const wanted = tag.toLowerCase();
  const byCode = LANGUAGES.find((language) => PORTAL_CODES[language] === wanted);
  const first = (text: string) => text.split(/[-_]/)[0]?.toLowerCase();
  return byCode ?? LANGUAGES.find((language) => first(language) === first(wanted));
}

/** How the portal names a language in its answers and events. */
export function portalCode(language: Language): string {
  return PORTAL_CODES[language] ?? language;
}
