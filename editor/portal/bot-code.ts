const LONGEST_CODE = 30;

const LATIN: Readonly<Record<string, string>> = {
  ...{ а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "y", к: "k", л: "l" },
  ...{ м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f", х: "h", ц: "ts", ч: "ch", ш: "sh" },
  ...{ щ: "sch", ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya" },
};

/**
 * A code made of a bot's name, so that nobody has to invent one: lowercase Latin letters, digits and underscores.
 * @returns an empty text when no letter of the name can be used
 */
export function codeFor(name: string): string {
  return name
    .toLowerCase()
    .replace(/[а-яё]/g, (letter) => LATIN[letter] ?? "")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .slice(0, LONGEST_CODE);
}
