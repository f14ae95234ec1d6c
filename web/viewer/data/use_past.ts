/** A run as it was after an event: asked of the API once the scrubber rests, the last one shown until it is there. */

import { useCallback, useEffect, useState } from "react";
import type { Copy } from "../fold/snapshot";
import { loadRun, withScope, type RunView } from "./live_run";

const RESTS_MS = 60;

export interface Past {
  view: RunView | null;
  error: string | null;
  add: (path: string, copies: readonly Copy[]) => void;
}

export function usePast(id: string, seq: number | null): Past {
  const [past, setPast] = useState<{ seq: number; view: RunView } | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (seq === null) return undefined;
    let wanted = true;
    const timer = window.setTimeout(() => {
      loadRun(id, seq).then(
        (view) => {
          if (!wanted || view === null) return;
          setError(null);
          setPast({ seq, view });
        },
        (reason: unknown) => {
          if (wanted) setError(reason instanceof Error ? reason.message : String(reason));
        },
      );
    }, RESTS_MS);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [id, seq]);
  const add = useCallback((path: string, copies: readonly Copy[]) => {
    setPast((now) => (now?.seq === seq ? { ...now, view: withScope(now.view, path, copies) } : now));
  }, [seq]);
  return { view: seq === null ? null : (past?.view ?? null), error: seq === null ? null : error, add };
}
