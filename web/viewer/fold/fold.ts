/** The reducer: a picture and the events that follow it give the picture after them. Pure: it changes neither. */

import { changeOf, type ExecutionData, type RunLogEvent, type SkipData, type TurnData } from "./events";
import {
  FINAL_EXECUTIONS,
  FINAL_TURNS,
  NO_TALLY,
  type Alive,
  type Execution,
  type LoopIterationStatus,
  type Picture,
  type Tally,
  type Turns,
} from "./picture";
import { turnOf, turnsOn, turnsPath } from "./scope";

/** An event that is not the next one: those between were lost on the way, and must be asked for. */
export class Gap extends Error {
  constructor(
    readonly seq: number,
    readonly came: number,
  ) {
    super(`after event ${seq} came event ${came}`);
    this.name = "Gap";
  }
}

/** Takes events in order; those that the picture holds already are passed over. Throws `Gap` where one is missing. */
export function fold(picture: Picture, events: readonly RunLogEvent[]): Picture {
  const next = events.filter((event) => event.seq > picture.seq);
  if (next.length === 0) return picture;
  const draft = new Draft(picture);
  for (const event of next) draft.take(event);
  return draft.done();
}

/** The next picture in the making: each part is copied once, however many events change it. */
class Draft {
  private readonly picture: Picture;
  private seq: number;
  private last: RunLogEvent | null = null;
  private readonly tallies: Map<string, Tally>;
  private readonly edges: number[];
  private readonly skips: Map<string, string>;
  private readonly alive: Map<string, Alive>;
  private readonly scopes: Map<string, ReadonlyMap<string, Execution>>;
  private readonly ownScopes = new Map<string, Map<string, Execution>>();
  private readonly turns: Map<string, Turns>;
  private readonly ownStatuses = new Map<string, LoopIterationStatus[]>();
  private readonly names = new Map<string, string>();
  private research: number;

  constructor(picture: Picture) {
    this.picture = picture;
    this.seq = picture.seq;
    this.research = picture.research;
    this.tallies = new Map(picture.tallies);
    this.edges = [...picture.edges];
    this.skips = new Map(picture.skips);
    this.alive = new Map(picture.alive);
    this.scopes = new Map(picture.scopes);
    this.turns = new Map(picture.turns);
  }

  take(event: RunLogEvent): void {
    if (event.seq !== this.seq + 1) throw new Gap(this.seq, event.seq);
    this.seq = event.seq;
    this.last = event;
    const change = changeOf(event);
    if (change.kind === "execution") this.takeExecution(event, change.data);
    else if (change.kind === "turn") this.takeTurn(change.data);
    else if (change.kind === "skips") this.takeSkips(change.data);
    else if (change.kind === "research") this.research = event.seq;
    if (change.kind !== "skips" && change.kind !== "research") {
      for (const edge of change.data.edges ?? []) this.edges[edge] = (this.edges[edge] ?? 0) + 1;
    }
  }

  done(): Picture {
    const { header, at } = this.last ?? { header: this.picture.header, at: this.picture.at };
    const failed = header.failedExecutionId;
    return {
      seq: this.seq,
      at,
      header,
      tallies: this.tallies,
      edges: this.edges,
      skips: this.skips,
      alive: this.alive,
      scopes: this.scopes,
      turns: this.turns,
      research: this.research,
      failedActivity: failed === null ? null : (this.names.get(failed) ?? this.picture.failedActivity),
    };
  }

  private takeExecution(event: RunLogEvent, data: ExecutionData): void {
    const scope = this.scope(data.path);
    const before = scope.get(data.key);
    const begins = event.type === "ActivityExecutionPending" && data.attempt === 0;
    this.tally(event, data, begins);
    if (FINAL_EXECUTIONS.has(data.status)) this.alive.delete(data.id);
    else this.alive.set(data.id, { key: data.key, status: data.status });
    // A copy that came with a query may be of a later event already.
    if (before === undefined || before.seq < event.seq) scope.set(data.key, executionAfter(event, data, before));
    if (event.type === "ActivityExecutionFailed") this.names.set(data.id, data.name);
    if (event.type === "ActivityExecutionStarted") this.enter(data.path);
  }

  private tally(event: RunLogEvent, data: ExecutionData, begins: boolean): void {
    const tally = { ...(this.tallies.get(data.key) ?? NO_TALLY) };
    if (begins) {
      tally.executions += 1;
      tally.latest = data.id;
    }
    if (event.type === "ActivityExecutionFailed") tally.failures += 1;
    tally.credits += data.creditsUsed ?? 0;
    if (tally.latest === data.id) tally.status = data.status;
    this.tallies.set(data.key, tally);
  }

  private takeTurn(data: TurnData): void {
    const turn = turnOf(data.path);
    if (turn !== null) this.setTurn(turnsPath(turn.parent, turn.loop), data.index, data.status, data.total);
  }

  private takeSkips(data: SkipData): void {
    for (const { key, because } of data.activities) {
      if (!this.skips.has(key)) this.skips.set(key, because);
    }
  }

  /** The turns around what starts are under way. */
  private enter(path: string): void {
    for (const turn of turnsOn(path)) {
      const place = turn.path.slice(0, turn.path.lastIndexOf(":"));
      this.setTurn(place, turn.index, "RUNNING", this.turns.get(place)?.total ?? turn.index);
    }
  }

  private setTurn(place: string, index: number, status: LoopIterationStatus, total: number): void {
    const before = this.turns.get(place)?.statuses ?? [];
    if (rank(before[index - 1]) >= rank(status)) return; // a copy that came with a query may be of a later event
    let own = this.ownStatuses.get(place);
    if (own === undefined) this.ownStatuses.set(place, (own = [...before]));
    while (own.length < index - 1) own.push("PENDING");
    own[index - 1] = status;
    this.turns.set(place, { total, statuses: own });
  }

  private scope(path: string): Map<string, Execution> {
    let own = this.ownScopes.get(path);
    if (own === undefined) {
      own = new Map(this.scopes.get(path));
      this.ownScopes.set(path, own);
      this.scopes.set(path, own);
    }
    return own;
  }
}

function executionAfter(event: RunLogEvent, data: ExecutionData, before: Execution | undefined): Execution {
  return {
    id: data.id,
    key: data.key,
    type: data.type,
    name: data.name,
    path: data.path,
    status: data.status,
    seq: event.seq,
    attempt: data.attempt,
    exit: data.exit ?? null,
    creditsUsed: data.creditsUsed ?? 0,
    startedAt: data.startedAt ?? before?.startedAt ?? null,
    endedAt: data.endedAt ?? null,
    dueAt: data.dueAt ?? null,
    error: data.error ?? null,
  };
}

/** How far a turn is: it never goes back. */
export function rank(status: LoopIterationStatus | undefined): number {
  if (status === undefined) return 0;
  if (FINAL_TURNS.has(status)) return 3;
  return status === "RUNNING" ? 2 : 1;
}
