/** The rows of the timeline: executions, Loops folded until they are opened. Made as they are looked at. Pure. */

import { FINAL_EXECUTIONS, type Execution, type LoopIterationStatus, type Picture, type Turns } from "../fold/picture";
import { TOP, turnOf, turnPath, turnsPath } from "../fold/scope";

interface Place {
  /** Unique among the rows, and the same as long as what it shows is there. */
  id: string;
  depth: number;
  /** Where the row around it stands; null at the top. */
  parent: number | null;
  /** Which it is of those that share that row, from 1, and how many they are. */
  position: number;
  siblings: number;
}

export interface ExecutionRow extends Place {
  kind: "execution";
  execution: Execution;
  /** Of a Loop: where its turns stand. */
  turns: Turns | null;
  /** What `Opened` calls its turns. */
  place: string;
  open: boolean | null;
}

export interface TurnRow extends Place {
  kind: "turn";
  loop: Execution;
  index: number;
  path: string;
  status: LoopIterationStatus;
  open: boolean;
}

/** Stands for what is in an opened turn until that is known. */
export interface UnknownRow extends Place {
  kind: "unknown";
}

export type Row = ExecutionRow | TurnRow | UnknownRow;

/** What is unfolded: Loops by the path that their turns share ("each"), turns by theirs ("each:3"). */
export type Opened = ReadonlySet<string>;

interface Stretch {
  first: number;
  length: number;
  at: (offset: number) => Row;
  find: (id: string) => number | null;
}

/** All rows, top down. A Loop's folded turns are one stretch: ten thousand of them cost nothing until one is looked at. */
export class Rows {
  private readonly stretches: readonly Stretch[];
  readonly length: number;

  constructor(picture: Picture, opened: Opened) {
    const making = new Making(picture, opened);
    making.scope(TOP, 0, null);
    this.stretches = making.stretches;
    this.length = making.length;
  }

  /** Gives the row at an index; null where there is none. */
  at(index: number): Row | null {
    let [low, high] = [0, this.stretches.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const stretch = this.stretches[middle];
      if (stretch === undefined || index < stretch.first) high = middle - 1;
      else if (index >= stretch.first + stretch.length) low = middle + 1;
      else return stretch.at(index - stretch.first);
    }
    return null;
  }

  /** Gives where a row stands now; null where it is folded away, or gone. */
  find(id: string): number | null {
    for (const stretch of this.stretches) {
      const offset = stretch.find(id);
      if (offset !== null) return stretch.first + offset;
    }
    return null;
  }
}

class Making {
  readonly stretches: Stretch[] = [];
  length = 0;
  private readonly openTurns = new Map<string, number[]>();

  constructor(
    private readonly picture: Picture,
    private readonly opened: Opened,
  ) {
    for (const path of opened) {
      const turn = turnOf(path);
      if (turn === null) continue;
      const place = turnsPath(turn.parent, turn.loop);
      this.openTurns.set(place, [...(this.openTurns.get(place) ?? []), turn.index]);
    }
  }

  scope(path: string, depth: number, parent: number | null): void {
    const executions = [...(this.picture.scopes.get(path)?.values() ?? [])].sort(byStart);
    for (const [index, execution] of executions.entries()) {
      const place = turnsPath(execution.path, execution.key);
      const turns = this.picture.turns.get(place) ?? null;
      const open = turns === null ? null : this.opened.has(place);
      const here = this.length;
      this.one({
        kind: "execution", id: execution.id, depth, parent, position: index + 1, siblings: executions.length, execution,
        turns, place, open,
      });
      if (turns !== null && open === true) this.turns(execution, place, turns.statuses, { depth: depth + 1, parent: here });
    }
    if (executions.length === 0 && path !== TOP) {
      this.one({ kind: "unknown", id: `${path} unknown`, depth, parent, position: 1, siblings: 1 });
    }
  }

  private turns(loop: Execution, place: string, statuses: Turns["statuses"], around: { depth: number; parent: number }): void {
    const row = (index: number): TurnRow => ({
      kind: "turn", id: `${place}:${index}`, ...around, position: index, siblings: statuses.length, loop, index,
      path: turnPath(loop.path, loop.key, index), status: statuses[index - 1] ?? "PENDING",
      open: this.opened.has(`${place}:${index}`),
    });
    let next = 1;
    for (const index of (this.openTurns.get(place) ?? []).sort((one, other) => one - other)) {
      if (index > statuses.length) break;
      this.stretch(place, next, index, row);
      this.scope(turnPath(loop.path, loop.key, index), around.depth + 1, this.length - 1);
      next = index + 1;
    }
    this.stretch(place, next, statuses.length, row);
  }

  private stretch(place: string, from: number, to: number, row: (index: number) => TurnRow): void {
    if (to < from) return;
    const find = (id: string): number | null => {
      const index = id.startsWith(`${place}:`) ? Number(id.slice(place.length + 1)) : NaN;
      return index >= from && index <= to ? index - from : null;
    };
    this.add(to - from + 1, (offset) => row(from + offset), find);
  }

  private one(row: Row): void {
    this.add(1, () => row, (id) => (id === row.id ? 0 : null));
  }

  private add(length: number, at: Stretch["at"], find: Stretch["find"]): void {
    this.stretches.push({ first: this.length, length, at, find });
    this.length += length;
  }
}

function byStart(one: Execution, other: Execution): number {
  return (one.startedAt ?? "9").localeCompare(other.startedAt ?? "9") || one.id.localeCompare(other.id);
}

/** From when to when, in milliseconds; the end is null of what goes on. */
export interface Span {
  start: number;
  end: number | null;
}

/** Gives when an execution was; null before it has started. */
export function spanOf(execution: Execution): Span | null {
  if (execution.startedAt === null) return null;
  const over = FINAL_EXECUTIONS.has(execution.status) && execution.endedAt !== null;
  return { start: Date.parse(execution.startedAt), end: over ? Date.parse(execution.endedAt ?? "") : null };
}

/** Gives when a turn was, by what is known to have been in it: from the first start to the last end. */
export function spanOfTurn(picture: Picture, { path, status }: TurnRow): Span | null {
  const spans = [...(picture.scopes.get(path)?.values() ?? [])].flatMap((one) => spanOf(one) ?? []);
  if (spans.length === 0) return null;
  const start = Math.min(...spans.map((span) => span.start));
  const ends = spans.flatMap((span) => span.end ?? []);
  const over = status !== "RUNNING" && status !== "PENDING" && ends.length === spans.length;
  return { start, end: over ? Math.max(...ends) : null };
}
