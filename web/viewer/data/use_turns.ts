/** The executions of the turns that are looked at, asked for once a turn stays in view. */

import { useEffect, useRef } from "react";
import type { OperationResult } from "urql";
import type { TurnQuery as TurnAnswer } from "../api/graphql";
import type { Execution } from "../fold/picture";
import { around, turnOf } from "../fold/scope";
import type { Copy } from "../fold/snapshot";
import { client } from "./client";
import { copyOf } from "./copies";
import type { RunView } from "./live_run";
import { TurnQuery } from "./run_documents";

const STAYS_MS = 150;

export interface TakesTurns {
  view: RunView;
  /** The event that it is looked at after; null for the present. */
  at: number | null;
  add: (path: string, copies: readonly Copy[]) => void;
}

/** Gives those of the paths that can be asked for: their Loop is known, and not yet all that is in them. */
export function askable({ whole, picture }: Pick<RunView, "whole" | "picture">, paths: readonly (string | null)[]): string[] {
  return paths.filter((path) => path !== null).filter((path) => !whole.has(path) && loopOf(picture, path) !== undefined);
}

function loopOf(picture: RunView["picture"], path: string): Execution | undefined {
  const turn = turnOf(path);
  return turn ? picture.scopes.get(around(path))?.get(turn.loop) : undefined;
}

/** Asks for the turns with these paths, each once: what changes in one later is told by its events. */
export function useTurns({ view, at, add }: TakesTurns, paths: readonly (string | null)[]): void {
  const asked = useRef(new Set<string>());
  const latest = useRef(view);
  useEffect(() => {
    latest.current = view;
  });
  useEffect(() => {
    const running = asked.current;
    return () => running.clear();
  }, [at, add]);
  const wanted = askable(view, paths).join("\n");
  useEffect(() => {
    if (wanted === "") return undefined;
    const timer = window.setTimeout(() => {
      for (const path of wanted.split("\n")) {
        const turn = turnOf(path);
        const loop = loopOf(latest.current.picture, path);
        if (!turn || !loop || asked.current.has(path)) continue;
        asked.current.add(path);
        void loadTurn(at === null ? loop.id : `${loop.id}@${at}`, turn.index).then((copies) => {
          if (!asked.current.delete(path) || copies === null) return;
          add(path, copies);
        });
      }
    }, STAYS_MS);
    return () => window.clearTimeout(timer);
  }, [wanted, at, add]);
}

/** Gives all that is in a turn; null where it has not begun, or cannot be asked for now. */
async function loadTurn(loop: string, index: number): Promise<Copy[] | null> {
  const copies: Copy[] = [];
  let after: string | null = null;
  do {
    const { data }: OperationResult<TurnAnswer> = await client.query(TurnQuery, { loop, index, after });
    const page = pageOf(data);
    if (!page) return null;
    copies.push(...page.edges.map((edge) => copyOf(edge.node)));
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return copies;
}

function pageOf(answer: TurnAnswer | undefined) {
  const node = answer?.node;
  return node && "iterationAt" in node ? node.iterationAt?.activityExecutions : undefined;
}
