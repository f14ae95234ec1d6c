/** What the viewer knows of a run after an event: the header, the counts of the canvas, and the executions it has met. */

import type {
  ActivityExecutionStatus,
  LoopIterationStatus,
  RunStatus,
} from "../api/graphql";

export type { ActivityExecutionStatus, LoopIterationStatus, RunGraphState, RunStatus } from "../api/graphql";

export interface RunError {
  code: string;
  message: string;
  detail?: unknown;
  hint?: string | null;
  retryable: boolean;
}

export interface Cancellation {
  requestedAt: string;
  completedAt?: string | null;
  creditsAfterRequest: number;
  prevented: number;
}

/** The run's own fields, as every event carries them. */
export interface Header {
  status: RunStatus;
  creditsUsed: number;
  startedAt?: string | null;
  endedAt?: string | null;
  error?: RunError | null;
  failedExecutionId: string | null;
  cancellation?: Cancellation | null;
}

/** One activity in one scope, without what it was given and gave. */
export interface Execution {
  id: string;
  key: string;
  type: string;
  name: string;
  /** The scope: "" at the top, "outer:2/inner:5" in Loops. */
  path: string;
  status: ActivityExecutionStatus;
  seq: number;
  attempt: number;
  exit: string | null;
  creditsUsed: number;
  startedAt: string | null;
  endedAt: string | null;
  /** When a wait or a pause before the next attempt is over. */
  dueAt: string | null;
  error: RunError | null;
}

/** What is counted of one activity over the whole run. */
export interface Tally {
  executions: number;
  failures: number;
  credits: number;
  latest: string | null;
  status: ActivityExecutionStatus | null;
}

export interface Alive {
  key: string;
  status: ActivityExecutionStatus;
}

/** The turns of one execution of a Loop. */
export interface Turns {
  total: number;
  /** By index, counted from 0; shorter than `total` until all have begun. */
  statuses: readonly LoopIterationStatus[];
}

/** The part of a version that the fold needs. */
export interface Definition {
  activities: readonly { key: string; name: string; parent: string | null }[];
  edges: readonly { from: string; exit: string; to: string }[];
}

export interface Picture {
  seq: number;
  /** When that event happened. */
  at: string | null;
  header: Header;
  tallies: ReadonlyMap<string, Tally>;
  /** How often each edge was taken, by its place in the definition. */
  edges: readonly number[];
  /** Why an activity was skipped, where one was. */
  skips: ReadonlyMap<string, string>;
  /** What is not final, by the execution's id, as the events have it. */
  alive: ReadonlyMap<string, Alive>;
  /** By path, then by key: what is known; not all of a long run is. */
  scopes: ReadonlyMap<string, ReadonlyMap<string, Execution>>;
  /** By the path that a Loop's turns share: "each", "outer:2/inner". */
  turns: ReadonlyMap<string, Turns>;
  /** The number of the newest event of a research: a question or a step; 0 for none. */
  research: number;
  /** The name of the activity that failed the run. */
  failedActivity: string | null;
}

export const FINAL_RUNS: ReadonlySet<RunStatus> = new Set(["COMPLETED", "FAILED", "CANCELED"]);
export const FINAL_EXECUTIONS: ReadonlySet<ActivityExecutionStatus> = new Set(["COMPLETED", "FAILED", "CANCELED"]);
export const FINAL_TURNS: ReadonlySet<LoopIterationStatus> = new Set(["COMPLETED", "FAILED", "CANCELED"]);

/** Of a run of which nothing is known yet; the events from 1 on make it whole. */
export function emptyPicture(definition: Definition): Picture {
  return {
    seq: 0,
    at: null,
    header: { status: "QUEUED", creditsUsed: 0, failedExecutionId: null },
    tallies: new Map(),
    edges: definition.edges.map(() => 0),
    skips: new Map(),
    alive: new Map(),
    scopes: new Map(),
    turns: new Map(),
    research: 0,
    failedActivity: null,
  };
}

export const NO_TALLY: Tally = { executions: 0, failures: 0, credits: 0, latest: null, status: null };
