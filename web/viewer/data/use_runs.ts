/** The runs of a workflow, endless and live: subscribed to first, then asked for; asked for anew after a loss. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RunFilter } from "../api/graphql";
import { NO_RUNS, withChange, withPage, type RunList } from "../workflow/run_list";
import { client } from "./client";
import { useRunsUpdates } from "./use_runs_updates";
import { RunsQuery } from "./workflow_documents";

const PAGE = 50;

export interface Runs {
  list: RunList;
  error: string | null;
  more: () => void;
  reload: () => void;
}

export function useRuns(workflowId: string, filter: RunFilter): Runs {
  const key = JSON.stringify({ ...filter, workflowId });
  const [list, setList] = useState<RunList & { key: string }>({ ...NO_RUNS, key });
  const [error, setError] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const busy = useRef<string | null>(null);
  const load = useCallback(
    async (after: string | null) => {
      const asked = `${key} ${after ?? ""} ${round}`;
      if (busy.current === asked) return;
      busy.current = asked;
      const { workflowId: id, ...rest } = JSON.parse(key) as RunFilter & { workflowId: string };
      const found = await client.query(RunsQuery, { id, filter: rest, after, first: PAGE });
      if (busy.current !== asked) return;
      busy.current = null;
      setError(found.error?.message ?? null);
      const page = found.data?.workflow?.runs;
      if (!page) return;
      const next = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
      setList((now) => {
        const before = now.key === key && after !== null ? now : { ...NO_RUNS, runs: now.key === key ? changedSince(now) : [] };
        return { ...withPage(before, page.edges.map((edge) => edge.node), next), key };
      });
    },
    [key, round],
  );
  useEffect(() => {
    const timer = window.setTimeout(() => void load(null));
    return () => window.clearTimeout(timer);
  }, [load]);
  const reload = useCallback(() => setRound((now) => now + 1), []);
  useRunsUpdates({ ...filter, workflowId }, ({ change, run }) => {
    setList((now) => (now.key === key ? { ...withChange(now, change, run), key } : { ...withChange(NO_RUNS, change, run), key }));
  }, reload);
  const current = useMemo(() => (list.key === key ? list : NO_RUNS), [list, key]);
  const { after } = current;
  const more = useCallback(() => {
    if (after !== null) void load(after);
  }, [after, load]);
  return { list: current, error, more, reload };
}

/** What changes said before the first page came is kept; after a loss the page alone is right. */
function changedSince(list: RunList): RunList["runs"] {
  return list.begun ? [] : list.runs;
}
