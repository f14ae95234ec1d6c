/** The events of a run's log, as `runUpdates` and `Run.events` give them. */

import type { ActivityExecutionStatus, Header, LoopIterationStatus, RunError } from "./picture";

/** One event: `data` is the whole of what changed, `header` the run's own fields right after. */
export interface RunLogEvent {
  seq: number;
  at: string;
  type: string;
  data: unknown;
  header: Header;
}

export interface ExecutionData {
  id: string;
  key: string;
  type: string;
  name: string;
  path: string;
  status: ActivityExecutionStatus;
  attempt: number;
  exit?: string | null;
  creditsUsed?: number;
  startedAt?: string | null;
  endedAt?: string | null;
  dueAt?: string | null;
  error?: RunError | null;
  edges?: readonly number[];
}

export interface TurnData {
  path: string;
  index: number;
  total: number;
  status: LoopIterationStatus;
  edges?: readonly number[];
}

export interface SkipData {
  activities: readonly { key: string; because: string }[];
}

export interface QueuedData {
  edges?: readonly number[];
}

/** What an event changes, told by its type; its data is what the schema says of that kind. */
export type Change =
  | { kind: "execution"; data: ExecutionData }
  | { kind: "turn"; data: TurnData }
  | { kind: "skips"; data: SkipData }
  | { kind: "research" }
  | { kind: "run"; data: QueuedData };

export function changeOf(event: RunLogEvent): Change {
  // The log is the server's own; its form is held by the fixtures that both folds are tested against.
  if (event.type.startsWith("ActivityExecution")) return { kind: "execution", data: event.data as ExecutionData };
  if (event.type.startsWith("LoopIteration")) return { kind: "turn", data: event.data as TurnData };
  if (event.type.startsWith("Research")) return { kind: "research" };
  if (event.type === "ActivitiesSkipped") return { kind: "skips", data: event.data as SkipData };
  return { kind: "run", data: event.data as QueuedData };
}
