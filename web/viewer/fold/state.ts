/** What the canvas shows of each activity over all its executions: the rules of the server's `Run.graph`. */

import {
  FINAL_RUNS,
  NO_TALLY,
  type ActivityExecutionStatus,
  type Definition,
  type Picture,
  type RunGraphState,
} from "./picture";

export interface ActivityState {
  state: RunGraphState;
  executions: number;
  failures: number;
  credits: number;
  latest: string | null;
  /** Why it is SKIPPED. */
  because: string | null;
}

const STATES: Record<ActivityExecutionStatus, RunGraphState> = {
  PENDING: "PENDING",
  RUNNING: "RUNNING",
  WAITING: "WAITING",
  RETRYING: "WAITING",
  COMPLETED: "COMPLETED",
  FAILED: "FAILED",
  CANCELED: "CANCELED",
};

/** Shows an execution's status as a state of the canvas. */
export function stateOf(status: ActivityExecutionStatus): RunGraphState {
  return STATES[status];
}

/** Gives the state of every activity of a definition, by key. */
export function activityStates(definition: Definition, picture: Picture): Map<string, ActivityState> {
  const canvas = new Canvas(definition, picture);
  return new Map(definition.activities.map(({ key }) => [key, canvas.state(key)]));
}

class Canvas {
  private readonly byKey: ReadonlyMap<string, Definition["activities"][number]>;
  private readonly running = new Set<string>();

  constructor(
    definition: Definition,
    private readonly picture: Picture,
  ) {
    this.byKey = new Map(definition.activities.map((activity) => [activity.key, activity]));
    for (const { key, status } of picture.alive.values()) {
      if (status === "RUNNING") this.running.add(key);
    }
  }

  state(key: string): ActivityState {
    const tally = this.picture.tallies.get(key) ?? NO_TALLY;
    const because = tally.executions > 0 ? null : this.skippedBecause(key);
    return {
      state: this.shown(key, because),
      executions: tally.executions,
      failures: tally.failures,
      credits: tally.credits,
      latest: tally.latest,
      because,
    };
  }

  private shown(key: string, because: string | null): RunGraphState {
    const tally = this.picture.tallies.get(key) ?? NO_TALLY;
    if (because !== null) return "SKIPPED";
    if (tally.executions === 0 || tally.status === null) return "NOT_REACHED";
    if (tally.failures > 0) return "FAILED";
    if (this.running.has(key)) return "RUNNING";
    return STATES[tally.status];
  }

  private skippedBecause(key: string): string | null {
    const skip = this.picture.skips.get(key);
    if (skip !== undefined) return skip;
    const ended = this.endedAround(key);
    if (ended !== null) return `'${ended}' ended before it`;
    return this.endedRun();
  }

  /** Names the innermost Loop around an activity that has ended, where none of them goes on. */
  private endedAround(key: string): string | null {
    const loops = this.loopsAround(key);
    const outermost = loops.at(-1);
    if (outermost === undefined) return null;
    if (!FINAL_RUNS.has(this.picture.header.status) && !this.ended(outermost.key)) return null;
    return loops.find((loop) => this.ended(loop.key))?.name ?? null;
  }

  private loopsAround(key: string): Definition["activities"][number][] {
    const parent = this.byKey.get(key)?.parent;
    const loop = parent === null || parent === undefined ? undefined : this.byKey.get(parent);
    return loop === undefined ? [] : [loop, ...this.loopsAround(loop.key)];
  }

  private ended(key: string): boolean {
    const status = this.picture.tallies.get(key)?.status;
    return status === "COMPLETED" || status === "FAILED";
  }

  private endedRun(): string | null {
    switch (this.picture.header.status) {
      case "FAILED":
        return `the run failed at '${this.picture.failedActivity ?? ""}'`;
      case "CANCELED":
        return "the run was canceled";
      case "COMPLETED":
        return "nothing led here";
      case "QUEUED":
      case "RUNNING":
      case "WAITING":
      case "CANCELING":
        return null;
    }
  }
}
