/** The executions of the turns that are looked at, asked for once a turn stays in view. */

import { useEffect } from "react";
import type { Place } from "../loop/places";
import { client } from "./client";
import { copyOf } from "./copies";
import { TurnQuery } from "./run_documents";
import type { RunView } from "./live_run";
import type { Copy } from "../fold/snapshot";
import { around } from "../fold/scope";

const STAYS_MS = 150;

export interface TakesTurns {
  view: RunView;
  /** The event that it is looked at after; null for the present. */
  at: number | null;
  add: (path: string, copies: readonly Copy[]) => void;
}

export function useTurns({ view, at, add }: TakesTurns, places: ReadonlyMap<string, Place>): void {
  const wanted = [...places]
    .filter(([, place]) => place.path !== null && !view.whole.has(place.path))
    .map(([key, place]) => `${key.split("@", 1)[0] ?? key} ${place.path ?? ""} ${place.index ?? 0}`)
    .join("\n");
  const { scopes } = view.picture;
  useEffect(() => {
    if (wanted === "") return undefined;
    let here = true;
    const timer = window.setTimeout(() => {
      for (const line of wanted.split("\n")) {
        const [key = "", path = "", index = ""] = line.split(" ");
        const loop = scopes.get(around(path))?.get(key);
        if (loop === undefined) continue;
        const id = at === null ? loop.id : `${loop.id}@${at}`;
        void loadTurn(id, Number(index)).then((copies) => {
          if (here && copies !== null) add(path, copies);
        });
      }
    }, STAYS_MS);
    return () => {
      here = false;
      window.clearTimeout(timer);
    };
    // The scopes change with every event; which Loop's execution an id belongs to does not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted, at, add]);
}

/** Gives what is in a turn; null where it has not begun, or cannot be asked for now. */
async function loadTurn(loop: string, index: number): Promise<Copy[] | null> {
  const { data } = await client.query(TurnQuery, { loop, index });
  const node = data?.node;
  const turn = node && "iterationAt" in node ? node.iterationAt : null;
  return turn ? turn.activityExecutions.edges.map((edge) => copyOf(edge.node)) : null;
}
