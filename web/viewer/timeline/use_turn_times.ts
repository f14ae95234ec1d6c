/** When the turns in view were, where the events did not tell: asked for once they stay in view. */

import { useEffect, useState } from "react";
import type { TurnTimesQuery as Found, TurnTimesQueryVariables } from "../api/graphql";
import { client } from "../data/client";
import type { Span, TurnRow } from "./rows";
import { TurnTimesQuery } from "./turn_documents";

const STAYS_MS = 120;
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

/** By the id of a turn's row. */
export type TurnTimes = ReadonlyMap<string, Span>;

const NONE: TurnTimes = new Map();

/** Asks for the turns that have ended and are in neither; `at` as they were after an event. */
export function useTurnTimes(visible: readonly TurnRow[], at: number | null): TurnTimes {
  const [known, setKnown] = useState<{ at: number | null; times: TurnTimes }>({ at, times: NONE });
  const times = known.at === at ? known.times : NONE;
  const wanted = visible.filter((turn) => !times.has(turn.id)).map(({ id, loop, index }) => ({ id, loop: loop.id, index }));
  const key = JSON.stringify(wanted);
  useEffect(() => {
    if (key === "[]") return undefined;
    let here = true;
    const timer = window.setTimeout(() => {
      for (const turns of byLoop(JSON.parse(key) as Wanted[])) {
        void load(turns, at).then((found) => {
          if (here) setKnown((old) => ({ at, times: new Map([...(old.at === at ? old.times : NONE), ...found]) }));
        });
      }
    }, STAYS_MS);
    return () => {
      here = false;
      window.clearTimeout(timer);
    };
  }, [key, at]);
  return times;
}

interface Wanted {
  id: string;
  loop: string;
  index: number;
}

/** Gives those of one Loop together, as many as one question takes. */
function byLoop(wanted: readonly Wanted[]): Wanted[][] {
  const found: Wanted[][] = [];
  for (const turn of wanted) {
    const last = found.at(-1);
    if (last?.[0]?.loop === turn.loop && last.length < NAMES.length) last.push(turn);
    else found.push([turn]);
  }
  return found;
}

async function load(turns: readonly Wanted[], at: number | null): Promise<[string, Span][]> {
  const first = turns[0];
  if (first === undefined) return [];
  const loop = at === null ? first.loop : `${first.loop}@${at}`;
  const indexes = Object.fromEntries(NAMES.map((name, place) => [name, (turns[place] ?? first).index]));
  const { data } = await client.query(TurnTimesQuery, { loop, ...indexes } as TurnTimesQueryVariables);
  const node = data?.node;
  if (!node || !("a" in node)) return [];
  return turns.flatMap((turn, place) => {
    const span = spanOf(node[NAMES[place] ?? "a"]);
    return span === null ? [] : [[turn.id, span] as [string, Span]];
  });
}

function spanOf(turn: Extract<NonNullable<Found["node"]>, { a?: unknown }>["a"]): Span | null {
  if (!turn?.startedAt || !turn.endedAt) return null;
  return { start: Date.parse(turn.startedAt), end: Date.parse(turn.endedAt) };
}
