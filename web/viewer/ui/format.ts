/** Numbers and times as people read them. */

const number = new Intl.NumberFormat("en-US");
const clock = new Intl.DateTimeFormat("en-US", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric" });
const dayOfYear = new Intl.DateTimeFormat("en-US", { year: "numeric", month: "short", day: "numeric" });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function count(value: number): string {
  return number.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function credits(value: number): string {
  return plural(value, "credit");
}

/** Gives a length of time in its two largest units: "1.24 s", "3 min 20 s", "2 d 4 h". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return "< 1 ms";
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(2)} s`;
  if (milliseconds < MINUTE) return `${(milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < HOUR) return two(milliseconds, MINUTE, "min", SECOND, "s");
  if (milliseconds < DAY) return two(milliseconds, HOUR, "h", MINUTE, "min");
  return two(milliseconds, DAY, "d", HOUR, "h");
}

function two(value: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(value / large);
  const rest = Math.floor((value % large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/** Gives the milliseconds from one moment to another; to now where there is no other. */
export function between(start: string, end: string | null | undefined, now: number): number {
  return Math.max(0, (end ? Date.parse(end) : now) - Date.parse(start));
}

/** Gives a moment in the person's own time zone, with its day where that is not today. */
export function moment(at: string, now: number): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return clock.format(date);
  const where = date.getFullYear() === today.getFullYear() ? day : dayOfYear;
  return `${where.format(date)}, ${clock.format(date)}`;
}

/** Gives how long ago a moment was, or how far it is: "just now", "4 min ago", "in 2 h". */
export function ago(at: string, now: number): string {
  const passed = now - Date.parse(at);
  const size = Math.abs(passed);
  if (size < 5 * SECOND) return passed < 0 ? "now" : "just now";
  const text = size < MINUTE ? `${Math.round(size / SECOND)} s` : coarse(size);
  return passed < 0 ? `in ${text}` : `${text} ago`;
}

function coarse(size: number): string {
  if (size < HOUR) return `${Math.round(size / MINUTE)} min`;
  if (size < DAY) return `${Math.round(size / HOUR)} h`;
  return plural(Math.round(size / DAY), "day");
}

/** Gives a share as a percentage that is 100 % only where it is all, and 0 % only where it is nothing. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  if (value < 100 && value > 99.9) return "> 99.9 %";
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
}
