/** The strip of all turns: as many columns as there is room for, each showing what matters most of the turns in it. */

import type { LoopIterationStatus, Turns } from "../fold/picture";

export interface Column {
  /** The turns that it stands for, from 1. */
  from: number;
  to: number;
  /** Null where none of them has begun. */
  status: LoopIterationStatus | null;
}

const WEIGHT: Record<LoopIterationStatus, number> = { PENDING: 1, COMPLETED: 2, CANCELED: 3, RUNNING: 4, FAILED: 5 };

/** Gives at most so many columns; where a column holds several turns, a failed one wins. */
export function columns(turns: Turns, room: number): Column[] {
  const total = Math.max(turns.total, turns.statuses.length);
  const number = Math.max(0, Math.min(total, Math.floor(room)));
  return Array.from({ length: number }, (_, column) => {
    const from = Math.floor((column * total) / number);
    const to = Math.floor(((column + 1) * total) / number);
    return { from: from + 1, to, status: heaviest(turns.statuses.slice(from, to)) };
  });
}

function heaviest(statuses: readonly LoopIterationStatus[]): LoopIterationStatus | null {
  let found: LoopIterationStatus | null = null;
  for (const status of statuses) {
    if (found === null || WEIGHT[status] > WEIGHT[found]) found = status;
  }
  return found;
}
