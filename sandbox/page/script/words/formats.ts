/** Times and sizes as people read them. */

/** Hours and minutes; `date` in milliseconds or ISO 8601. */
export function hoursAndMinutes(date: number | string, language: string): string {
  return new Date(date).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Time of day to the millisecond, the same in all languages. */
export function exactTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** A number of bytes in the largest unit that fits. */
export function sizeOf(bytes: number, language: string): string {
  const step = bytes > 0 ? Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), UNITS.length - 1) : 0;
  const format: Intl.NumberFormatOptions = {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  };
  return new Intl.NumberFormat(language, format).format(bytes / 1024 ** step);
}
