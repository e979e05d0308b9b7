/**
 * A number that identifies something on the portal, or null. Only whole positive numbers and their plain spelling are
 * ids; PHP would bend much else into one (`"12abc"` to 12, `{}` to 1). [S imopenlines/lib/rest.php]
 */
export function parseId(value: unknown): number | null {
  const number =
    typeof value === "string" && /^\s*\d+\s*$/.test(value)
      ? Number(value)
      : typeof value === "bigint"
        ? Number(value)
        : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : null;
}
