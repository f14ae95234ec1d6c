import { useEffect, useRef } from "react";
import type { AnyRunUpdatesSubscription, RunFilter } from "../api/graphql";
import { follow } from "./follow";
import { AnyRunUpdates } from "./workflow_documents";

export type RunsUpdate = AnyRunUpdatesSubscription["runsUpdates"];

/** Follows a list of runs; `again` is called once it is followed again after a loss, when the list must be asked for anew. */
export function useRunsUpdates(filter: RunFilter, take: (update: RunsUpdate) => void, again: () => void): void {
  const latest = useRef({ take, again });
  useEffect(() => {
    latest.current = { take, again };
  });
  const key = JSON.stringify(filter);
  useEffect(
    () =>
      follow({
        document: AnyRunUpdates,
        variables: () => ({ filter: JSON.parse(key) as RunFilter }),
        next: (data: AnyRunUpdatesSubscription) => latest.current.take(data.runsUpdates),
        back: () => latest.current.again(),
        ended: () => false,
        refused: () => latest.current.again(),
      }),
    [key],
  );
}
