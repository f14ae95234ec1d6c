/** Copies that queries bring: the picture to begin with, and executions and turns that are looked at later. */

import { rank } from "./fold";
import {
  FINAL_EXECUTIONS,
  type Alive,
  type Definition,
  type Execution,
  type Header,
  type LoopIterationStatus,
  type Picture,
  type RunGraphState,
  type Tally,
} from "./picture";
import { turnsPath } from "./scope";

/** An execution as a query gives it, with where the turns of a Loop stand. */
export interface Copy {
  execution: Execution;
  statuses: readonly LoopIterationStatus[];
  total: number | null;
}

/** The run as a query gives it: header and counts are of one moment, copies of executions may be newer. */
export interface Snapshot {
  seq: number;
  at: string | null;
  header: Header;
  failedActivity: string | null;
  activities: readonly {
    key: string;
    state: RunGraphState;
    executions: number;
    failures: number;
    credits: number;
    because: string | null;
    latest: Execution | null;
  }[];
  edges: readonly number[];
  copies: readonly Copy[];
}

export function pictureOf(definition: Definition, snapshot: Snapshot): Picture {
  const tallies = new Map<string, Tally>();
  const skips = new Map<string, string>();
  const alive = new Map<string, Alive>();
  for (const one of snapshot.activities) {
    if (one.because !== null) skips.set(one.key, one.because);
    if (one.latest === null) continue;
    tallies.set(one.key, {
      executions: one.executions,
      failures: one.failures,
      credits: one.credits,
      latest: one.latest.id,
      status: one.latest.status,
    });
  }
  for (const { execution } of snapshot.copies) {
    // What changed since the snapshot tells so by an event that is still to come.
    if (execution.seq <= snapshot.seq && !FINAL_EXECUTIONS.has(execution.status)) {
      alive.set(execution.id, { key: execution.key, status: execution.status });
    }
  }
  const empty: Picture = {
    seq: snapshot.seq,
    at: snapshot.at,
    header: snapshot.header,
    tallies,
    edges: definition.edges.map((_, index) => snapshot.edges[index] ?? 0),
    skips,
    alive,
    scopes: new Map(),
    turns: new Map(),
    research: 0,
    failedActivity: snapshot.failedActivity,
  };
  return withCopies(empty, snapshot.copies);
}

/** Adds copies to a picture: of two of one execution the one with the higher seq is right, and a turn never goes back. */
export function withCopies(picture: Picture, copies: readonly Copy[]): Picture {
  if (copies.length === 0) return picture;
  const scopes = new Map(picture.scopes);
  const turns = new Map(picture.turns);
  for (const { execution, statuses, total } of copies) {
    const scope = scopes.get(execution.path);
    const known = scope?.get(execution.key);
    if (known === undefined || known.seq < execution.seq) {
      scopes.set(execution.path, new Map(scope).set(execution.key, execution));
    }
    if (statuses.length > 0) {
      const place = turnsPath(execution.path, execution.key);
      const before = turns.get(place);
      turns.set(place, {
        total: total ?? before?.total ?? statuses.length,
        statuses: furthest(before?.statuses ?? [], statuses),
      });
    }
  }
  return { ...picture, scopes, turns };
}

function furthest(
  one: readonly LoopIterationStatus[],
  other: readonly LoopIterationStatus[],
): LoopIterationStatus[] {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }, (_, index) => {
    const [a, b] = [one[index], other[index]];
    if (a === undefined) return b ?? "PENDING";
    return rank(b) > rank(a) ? (b ?? a) : a;
  });
}
