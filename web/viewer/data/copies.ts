/** What the API gives, as the fold takes it. */

import type { ExecutionCopyFragment, HeaderCopyFragment, RunPictureQuery } from "../api/graphql";
import type { RunLogEvent } from "../fold/events";
import type { Execution, Header } from "../fold/picture";
import type { Copy, Snapshot } from "../fold/snapshot";

export type RunShown = NonNullable<RunPictureQuery["run"]>;

/** Takes the mark off an id of a run as it was: "exe_1@40" is "exe_1". */
export function plainId(id: string): string {
  return id.split("@", 1)[0] ?? id;
}

export function headerOf(run: HeaderCopyFragment): Header {
  return {
    status: run.status,
    creditsUsed: run.creditsUsed,
    startedAt: run.startedAt ?? null,
    endedAt: run.endedAt ?? null,
    error: run.error ?? null,
    failedExecutionId: run.failedExecution ? plainId(run.failedExecution.id) : null,
    cancellation: run.cancellation ?? null,
  };
}

export function executionOf(copy: ExecutionCopyFragment): Execution {
  return {
    id: plainId(copy.id),
    key: copy.key,
    type: copy.type,
    name: copy.name,
    path: copy.path,
    status: copy.status,
    seq: copy.seq,
    attempt: copy.attempt,
    exit: copy.exit ?? null,
    creditsUsed: copy.creditsUsed,
    startedAt: copy.startedAt ?? null,
    endedAt: copy.endedAt ?? null,
    dueAt: null,
    error: copy.error ?? null,
  };
}

export function copyOf(copy: ExecutionCopyFragment): Copy {
  return {
    execution: executionOf(copy),
    statuses: copy.iterationStatuses,
    total: copy.iterationAt?.total ?? null,
  };
}

export function snapshotOf(run: RunShown, alive: readonly ExecutionCopyFragment[]): Snapshot {
  const latest = run.graph.activities.flatMap((one) => (one.latestExecution ? [one.latestExecution] : []));
  return {
    seq: run.seq,
    at: run.lastEvent?.[0]?.at ?? null,
    header: headerOf(run),
    failedActivity: run.failedExecution?.name ?? null,
    activities: run.graph.activities.map((one) => ({
      key: one.activity.key,
      state: one.state,
      executions: one.executionCount,
      failures: one.failureCount,
      credits: one.creditsUsed,
      because: one.skippedBecause ?? null,
      latest: one.latestExecution ? executionOf(one.latestExecution) : null,
    })),
    edges: run.graph.edges.map((edge) => edge.count),
    copies: [...latest, ...alive].map(copyOf),
  };
}

interface Message {
  seq: number;
  at: string;
  type?: string | null;
  data?: unknown;
  run: HeaderCopyFragment;
}

export function eventOf(message: Message): RunLogEvent {
  return {
    seq: message.seq,
    at: message.at,
    type: message.type ?? "",
    data: message.data,
    header: headerOf(message.run),
  };
}
