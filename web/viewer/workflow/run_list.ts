/** A list of runs that stays true: pages as they were asked for, and the changes that came since. Pure. */

import type { ListChange, RunLineFragment } from "../api/graphql";

export interface RunList {
  /** Newest first. */
  runs: readonly RunLineFragment[];
  /** Where the next page begins; null where there is none. */
  after: string | null;
  /** Whether a page was there yet. */
  begun: boolean;
}

export const NO_RUNS: RunList = { runs: [], after: null, begun: false };

/** Adds a page; of two copies of a run the one with the higher seq is right. */
export function withPage(list: RunList, page: readonly RunLineFragment[], after: string | null): RunList {
  return { runs: merged([...list.runs, ...page]), after, begun: true };
}

/** Takes a change of the list. What enters below the last page is left to its page. */
export function withChange(list: RunList, change: ListChange, run: RunLineFragment): RunList {
  const known = list.runs.find((one) => one.id === run.id);
  if (known && known.seq > run.seq) return list;
  if (change === "LEAVE") return { ...list, runs: list.runs.filter((one) => one.id !== run.id) };
  const last = list.runs.at(-1);
  const below = last !== undefined && list.after !== null && order(last, run) < 0;
  return known === undefined && below ? list : { ...list, runs: merged([...list.runs, run]) };
}

function merged(runs: readonly RunLineFragment[]): RunLineFragment[] {
  const newest = new Map<string, RunLineFragment>();
  for (const run of runs) {
    const known = newest.get(run.id);
    if (known === undefined || known.seq <= run.seq) newest.set(run.id, run);
  }
  return [...newest.values()].sort(order);
}

function order(one: RunLineFragment, other: RunLineFragment): number {
  return compare(other.queuedAt, one.queuedAt) || compare(other.id, one.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
