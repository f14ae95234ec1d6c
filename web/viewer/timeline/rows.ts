/** The rows of the timeline: executions of the top, Loops folded until they are opened. Pure. */

import { FINAL_EXECUTIONS, type Execution, type Picture } from "../fold/picture";
import { TOP, turnPath, turnsPath } from "../fold/scope";

export interface Row {
  id: string;
  depth: number;
  kind: "execution" | "turn" | "more";
  label: string;
  execution: Execution | null;
  /** Of a Loop or a turn: whether it is open; null where there is nothing to open. */
  open: boolean | null;
  /** Of a turn: where it is. Of what has more: what to ask for. */
  path: string;
  index: number;
  /** The Loop's execution that a turn belongs to. */
  loopId: string | null;
  start: number | null;
  end: number | null;
}

/** How many turns of an opened Loop there are rows for before one asks for more. */
export const TURNS_AT_ONCE = 200;

export interface Opened {
  /** The paths of opened Loops ("each") and turns ("each:3"). */
  paths: ReadonlySet<string>;
  /** How many turns of a Loop are wanted, by its path. */
  wanted: ReadonlyMap<string, number>;
}

/** Gives the rows, top down; times in milliseconds, the end null of what goes on. */
export function rows(picture: Picture, opened: Opened): Row[] {
  return scopeRows(picture, opened, TOP, 0);
}

function scopeRows(picture: Picture, opened: Opened, path: string, depth: number): Row[] {
  const scope = picture.scopes.get(path);
  if (scope === undefined) return [];
  return [...scope.values()].sort(byStart).flatMap((execution) => executionRows(picture, opened, execution, depth));
}

function executionRows(picture: Picture, opened: Opened, execution: Execution, depth: number): Row[] {
  const place = turnsPath(execution.path, execution.key);
  const turns = picture.turns.get(place);
  const open = turns === undefined ? null : opened.paths.has(place);
  const row: Row = {
    id: execution.id,
    depth,
    kind: "execution",
    label: execution.name,
    execution,
    open,
    path: place,
    index: 0,
    loopId: null,
    start: time(execution.startedAt),
    end: FINAL_EXECUTIONS.has(execution.status) ? time(execution.endedAt) : null,
  };
  if (turns === undefined || open !== true) return [row];
  const shown = Math.min(turns.statuses.length, opened.wanted.get(place) ?? TURNS_AT_ONCE);
  const inside = Array.from({ length: shown }, (_, at) => turnRows(picture, opened, execution, at + 1, depth + 1)).flat();
  const rest = turns.statuses.length - shown;
  return [row, ...inside, ...(rest > 0 ? [moreRow(place, rest, depth + 1)] : [])];
}

function turnRows(picture: Picture, opened: Opened, loop: Execution, index: number, depth: number): Row[] {
  const path = turnPath(loop.path, loop.key, index);
  const open = opened.paths.has(path);
  const inside = [...(picture.scopes.get(path)?.values() ?? [])];
  const starts = inside.flatMap((one) => time(one.startedAt) ?? []);
  const over = inside.length > 0 && inside.every((one) => FINAL_EXECUTIONS.has(one.status));
  const ends = inside.flatMap((one) => time(one.endedAt) ?? []);
  const row: Row = {
    id: path,
    depth,
    kind: "turn",
    label: `Iteration ${index}`,
    execution: null,
    open,
    path,
    index,
    loopId: loop.id,
    start: starts.length > 0 ? Math.min(...starts) : null,
    end: over && ends.length > 0 ? Math.max(...ends) : null,
  };
  return open ? [row, ...scopeRows(picture, opened, path, depth + 1)] : [row];
}

function moreRow(place: string, rest: number, depth: number): Row {
  return {
    id: `${place} more`, depth, kind: "more", label: `${rest} more iterations`, execution: null, open: null, path: place,
    index: rest, loopId: null, start: null, end: null,
  };
}

function byStart(one: Execution, other: Execution): number {
  return (one.startedAt ?? "9").localeCompare(other.startedAt ?? "9") || one.id.localeCompare(other.id);
}

function time(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}

/** Gives round moments for the axis, in milliseconds from its start: at most so many. */
export function ticks(length: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000].concat(
    [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440, 2_880, 10_080, 43_200].map((minutes) => minutes * 60_000),
  );
  const step = steps.find((one) => length / one <= most) ?? length / most;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
