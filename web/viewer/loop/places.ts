/** Which turn of each Loop is looked at: the chosen one, else the one that matters most. */

import { FINAL_TURNS, type LoopIterationStatus, type Picture, type Turns } from "../fold/picture";
import { TOP, turnPath, turnsPath } from "../fold/scope";

export interface Place {
  /** The path that all turns share, "each" or "outer:2/inner"; null while the turn around it is not there. */
  turnsPath: string | null;
  turns: Turns | null;
  /** The turn looked at, from 1; null while none has begun. */
  index: number | null;
  /** That turn's scope. */
  path: string | null;
}

interface Activity {
  key: string;
  type: string;
  parent?: string | null;
}

export type Chosen = ReadonlyMap<string, number>;

/** Gives the place of every Loop, those around others first. */
export function places(activities: readonly Activity[], picture: Picture, chosen: Chosen): Map<string, Place> {
  const found = new Map<string, Place>();
  const visit = (parent: string | null, path: string | null): void => {
    for (const loop of activities) {
      if (loop.type !== "loop" || (loop.parent ?? null) !== parent) continue;
      const place = placeOf(loop.key, path, picture, chosen.get(loop.key));
      found.set(loop.key, place);
      visit(loop.key, place.path);
    }
  };
  visit(null, TOP);
  return found;
}

function placeOf(key: string, around: string | null, picture: Picture, chosen: number | undefined): Place {
  if (around === null) return { turnsPath: null, turns: null, index: null, path: null };
  const shared = turnsPath(around, key);
  const turns = picture.turns.get(shared) ?? null;
  const begun = turns?.statuses.length ?? 0;
  const index = chosen !== undefined && chosen >= 1 && (turns === null || chosen <= turns.total) ? chosen : null;
  const shown = index ?? (turns === null || begun === 0 ? null : first(turns));
  return { turnsPath: shared, turns, index: shown, path: shown === null ? null : turnPath(around, key, shown) };
}

/** The first that failed, for that is what somebody comes for; else the newest, which moves while the Loop does. */
function first(turns: Turns): number {
  const failed = turns.statuses.indexOf("FAILED");
  return failed >= 0 ? failed + 1 : turns.statuses.length;
}

/** Gives the scope that an activity is looked at in: "" at the top; null while its Loop's turn is not there. */
export function scopeOf(parent: string | null | undefined, found: ReadonlyMap<string, Place>): string | null {
  return parent === null || parent === undefined ? TOP : (found.get(parent)?.path ?? null);
}

/** Gives the next failed turn after an index, around the end; null where none failed. */
export function nextFailed(turns: Turns, after: number): number | null {
  const later = turns.statuses.indexOf("FAILED", after);
  const found = later >= 0 ? later : turns.statuses.indexOf("FAILED");
  return found < 0 ? null : found + 1;
}

/** Counts the turns by how they stand. */
export function counts(turns: Turns): Record<LoopIterationStatus, number> & { ended: number } {
  const found = { PENDING: 0, RUNNING: 0, COMPLETED: 0, FAILED: 0, CANCELED: 0, ended: 0 };
  for (const status of turns.statuses) {
    found[status] += 1;
    if (FINAL_TURNS.has(status)) found.ended += 1;
  }
  return found;
}

/** Reads what an address holds: "each:12,inner:3", or a path as the API gives it. */
export function readChosen(text: string | null): Map<string, number> {
  const found = new Map<string, number>();
  for (const part of (text ?? "").split(/[,/]/)) {
    const [, loop, index] = /^([^:]+):(\d{1,9})$/.exec(part) ?? [];
    if (loop !== undefined && Number(index) >= 1) found.set(loop, Number(index));
  }
  return found;
}

export function writeChosen(chosen: Chosen): string {
  return [...chosen].map(([loop, index]) => `${loop}:${index}`).join(",");
}
