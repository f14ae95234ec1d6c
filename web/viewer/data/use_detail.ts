import { useEffect, useRef } from "react";
import type { ExecutionDetailQuery, TurnDetailQuery as TurnFound } from "../api/graphql";
import { DetailQuery, TurnDetailQuery } from "./detail_documents";
import { useLatest } from "./use_latest";

type Asked<Found> = { data: Found | null; error: string | null; refresh: () => void };
type Node = NonNullable<ExecutionDetailQuery["node"]>;
type LoopNode = Extract<NonNullable<TurnFound["node"]>, { iterationAt: unknown }>;

export type Detail = Extract<Node, { attempts: unknown }>;
export type TurnDetail = NonNullable<LoopNode["iterationAt"]>;

const PAUSE_MS = 400;

/** Asks for everything about an execution, and again when `changes` does; `at` asks for it as it was after an event. */
export function useDetail(id: string, changes: number, at: number | null): Asked<Detail> {
  const { data, error, refresh } = useLatest(DetailQuery, { id: marked(id, at) }, PAUSE_MS);
  const node = data?.node;
  const found = node && isDetail(node) ? node : null;
  const asked = useRef(changes);
  useEffect(() => {
    if (at !== null || asked.current === changes) return;
    asked.current = changes;
    refresh();
  }, [at, changes, refresh]);
  return { data: found, error, refresh };
}

/** Asks for one turn of a Loop, and again when `changes` does. */
export function useTurnDetail(loopId: string, index: number, at: number | null, changes: string): Asked<TurnDetail> {
  const { data, error, refresh } = useLatest(TurnDetailQuery, { loop: marked(loopId, at), index }, PAUSE_MS);
  useEffect(() => refresh(), [changes, refresh]);
  const node = data?.node;
  return { data: (node && isLoop(node) ? node.iterationAt : null) ?? null, error, refresh };
}

function marked(id: string, at: number | null): string {
  return at === null ? id : `${id}@${at}`;
}

function isDetail(node: Node): node is Detail {
  return "attempts" in node;
}

function isLoop(node: NonNullable<TurnFound["node"]>): node is LoopNode {
  return "iterationAt" in node;
}
