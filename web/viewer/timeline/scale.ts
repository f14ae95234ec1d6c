/** The time axis: what it spans, and the moments that are marked on it. Pure. */

import type { Picture } from "../fold/picture";
import { spanOf, type Span } from "./rows";

export interface Scale {
  /** Where the axis begins, in milliseconds. */
  start: number;
  /** How long it is; never 0. */
  length: number;
}

/** Gives the axis of a run: to its end, to the present while it goes on, or of a run of the past to what is known of it. */
export function scaleOf(picture: Picture, queuedAt: string, now: number | null): Scale {
  const start = Date.parse(picture.header.startedAt ?? queuedAt);
  const { endedAt } = picture.header;
  const end = endedAt ? Date.parse(endedAt) : (now ?? latest(picture) ?? start);
  return { start, length: Math.max(1, end - start) };
}

function latest(picture: Picture): number | null {
  let found: number | null = picture.at === null ? null : Date.parse(picture.at);
  for (const scope of picture.scopes.values()) {
    for (const execution of scope.values()) {
      const span = spanOf(execution);
      if (span !== null) found = Math.max(found ?? 0, span.end ?? span.start);
    }
  }
  return found;
}

/** Gives where a span stands on the axis, in percent of it; what goes on ends where the axis does. */
export function placeOn({ start, length }: Scale, span: Span): { left: number; width: number } {
  const share = (moment: number): number => Math.min(100, Math.max(0, ((moment - start) / length) * 100));
  const left = share(span.start);
  return { left, width: share(span.end ?? start + length) - left };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500,
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 30, 90, 365].map((days) => days * DAY),
];

/** Gives round moments for the axis, in milliseconds from its start: at most so many after it. */
export function ticks(length: number, most: number): number[] {
  const step = STEPS.find((one) => length / one <= most) ?? length / most;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
