/** A run that is looked at: its picture to begin with, then every event, folded once a frame. */

import type { OperationResult } from "urql";
import type { RunPictureQuery, RunUpdatesSubscription } from "../api/graphql";
import type { RunLogEvent } from "../fold/events";
import { fold, Gap } from "../fold/fold";
import { FINAL_RUNS, type Picture } from "../fold/picture";
import { pictureOf, withCopies, type Copy } from "../fold/snapshot";
import { TOP } from "../fold/scope";
import { client } from "./client";
import { eventOf, snapshotOf, type RunShown } from "./copies";
import { follow } from "./follow";
import { RunQuery, RunUpdates } from "./run_documents";

/** What is known of a run, from its first answer on. */
export interface RunView {
  run: RunShown;
  picture: Picture;
  /** The scopes of which every execution is known. */
  whole: ReadonlySet<string>;
}

export type RunState =
  | { is: "loading" }
  | { is: "missing" }
  | { is: "failed"; message: string }
  | ({ is: "shown" } & RunView);

/** Loads a run as it is, or as it was after an event; null where there is none. Throws what the API says else. */
export async function loadRun(id: string, atSeq: number | null): Promise<RunView | null> {
  let run: RunShown | null = null;
  const alive: RunShown["alive"]["edges"][number]["node"][] = [];
  let after: string | null = null;
  do {
    const found: OperationResult<RunPictureQuery> = await client.query(RunQuery, {
      id,
      atSeq,
      after,
      past: atSeq !== null,
      before: atSeq === null ? null : atSeq - 1,
    });
    if (found.error) throw found.error;
    const page: RunShown | null | undefined = found.data?.run;
    if (!page) return null;
    run ??= page;
    alive.push(...page.alive.edges.map((edge) => edge.node));
    after = page.alive.pageInfo.hasNextPage ? (page.alive.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  const definition = { activities: run.version.activities.map(plain), edges: run.version.edges };
  return { run, picture: pictureOf(definition, snapshotOf(run, alive)), whole: new Set([TOP]) };
}

function plain(activity: RunShown["version"]["activities"][number]) {
  return { key: activity.key, name: activity.name, parent: activity.parent ?? null };
}

/** Adds every execution of a scope to what is known. */
export function withScope(view: RunView, path: string, copies: readonly Copy[]): RunView {
  return { ...view, picture: withCopies(view.picture, copies), whole: new Set(view.whole).add(path) };
}

/** Holds a run's state for as long as somebody listens; a store as React's `useSyncExternalStore` takes it. */
export class LiveRun {
  state: RunState = { is: "loading" };
  private readonly listeners = new Set<() => void>();
  private waiting: RunLogEvent[] = [];
  private frame: number | undefined;
  private leave: (() => void) | null = null;

  constructor(private readonly id: string) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) void this.begin();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.end();
    };
  };

  readonly now = (): RunState => this.state;

  /** Adds what a query brought of a scope, which is whole then. */
  readonly add = (path: string, copies: readonly Copy[]): void => {
    if (this.state.is !== "shown") return;
    this.show({ ...this.state, ...withScope(this.state, path, copies) });
  };

  readonly reload = (): void => {
    this.end();
    this.show({ is: "loading" });
    void this.begin();
  };

  private async begin(): Promise<void> {
    try {
      const view = await loadRun(this.id, null);
      if (this.listeners.size === 0 || this.leave !== null) return;
      if (view === null) {
        this.show({ is: "missing" });
        return;
      }
      this.show({ is: "shown", ...view });
      if (!FINAL_RUNS.has(view.picture.header.status)) this.follow();
    } catch (error) {
      this.show({ is: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  }

  private follow(): void {
    this.leave = follow<RunUpdatesSubscription, { runId: string; after: number }>({
      document: RunUpdates,
      variables: () => ({ runId: this.id, after: this.seq() }),
      next: (data) => this.take(eventOf(data.runUpdates)),
      ended: () => {
        this.foldNow();
        return this.state.is !== "shown" || FINAL_RUNS.has(this.state.picture.header.status);
      },
      refused: (code, message) => {
        if (code === "SEQ_UNKNOWN") this.reload();
        else this.show({ is: "failed", message });
      },
    });
  }

  private end(): void {
    if (this.frame !== undefined) window.clearTimeout(this.frame);
    this.frame = undefined;
    this.waiting = [];
    this.leave?.();
    this.leave = null;
  }

  private seq(): number {
    const shown = this.state.is === "shown" ? this.state.picture.seq : 0;
    return this.waiting.at(-1)?.seq ?? shown;
  }

  private take(event: RunLogEvent): void {
    this.waiting.push(event);
    this.frame ??= window.setTimeout(this.foldNow, FRAME_MS);
  }

  private readonly foldNow = (): void => {
    if (this.frame !== undefined) window.clearTimeout(this.frame);
    this.frame = undefined;
    const events = this.waiting;
    this.waiting = [];
    if (this.state.is !== "shown" || events.length === 0) return;
    try {
      this.show({ ...this.state, picture: fold(this.state.picture, events) });
    } catch (error) {
      if (!(error instanceof Gap)) throw error;
      this.reload();
    }
  };

  private show(state: RunState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** A timer and not a frame of the screen: a page in the background goes on folding, and does not grow. */
const FRAME_MS = 40;
