import { useMemo, useSyncExternalStore } from "react";
import { LiveRun, type RunState } from "./live_run";

/** Follows a run while the component is there. */
export function useRun(id: string): { state: RunState; live: LiveRun } {
  const live = useMemo(() => new LiveRun(id), [id]);
  return { state: useSyncExternalStore(live.subscribe, live.now), live };
}
