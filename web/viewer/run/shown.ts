/** What the page shows of each activity and edge: at the top over the whole run, in a Loop of the turn looked at. */

import { FINAL_TURNS, type Definition, type Execution, type Picture, type RunGraphState } from "../fold/picture";
import { TOP } from "../fold/scope";
import { activityStates, type ActivityState } from "../fold/state";
import { took, turnStates } from "../fold/turn";
import { scopeOf, type Place } from "../loop/places";

export interface Shown {
  state: RunGraphState;
  /** Why it is SKIPPED. */
  because: string | null;
  /** Whether all of the scope looked at is known; what is not there may still come where it is not. */
  known: boolean;
  /** Of the scope looked at. */
  execution: Execution | null;
  /** Over the whole run. */
  all: ActivityState;
}

export interface ShownEdge {
  taken: boolean;
  /** How often, over the whole run. */
  count: number;
}

export type Version = Definition & { activities: readonly { type: string }[] };

/**
 * Gives what is shown of every activity.
 *
 * `whole` are the scopes of which every execution is known: of the others nothing is said that is not there.
 */
export function shownActivities(
  version: Version,
  picture: Picture,
  places: ReadonlyMap<string, Place>,
  whole: ReadonlySet<string>,
): Map<string, Shown> {
  const states = activityStates(version, picture);
  const found = new Map<string, Shown>();
  for (const [key, all] of states) {
    const execution = picture.scopes.get(TOP)?.get(key) ?? null;
    found.set(key, { state: all.state, because: all.because, execution, all, known: true });
  }
  for (const [loop, place] of places) {
    if (place.path === null) continue;
    const scope = picture.scopes.get(place.path) ?? new Map<string, Execution>();
    const status = place.index === null ? undefined : place.turns?.statuses[place.index - 1];
    const over = status !== undefined && FINAL_TURNS.has(status) && whole.has(place.path);
    for (const [key, turn] of turnStates(version, loop, scope, over)) {
      const all = states.get(key);
      if (all === undefined) continue;
      const because = turn.because ?? (turn.execution ? null : all.because);
      found.set(key, { ...turn, because, all, known: whole.has(place.path) });
    }
  }
  return found;
}

/** Gives what is shown of every edge, in the order of the version. */
export function shownEdges(
  version: Version,
  picture: Picture,
  places: ReadonlyMap<string, Place>,
): ShownEdge[] {
  const parents = new Map(version.activities.map((activity) => [activity.key, activity.parent]));
  return version.edges.map((edge, index) => {
    const count = picture.edges[index] ?? 0;
    const inside = parents.get(edge.to) ?? null;
    if (inside === null) return { taken: count > 0, count };
    const path = scopeOf(inside, places);
    if (edge.from === inside) return { taken: path !== null && count > 0, count };
    const source = path === null ? undefined : picture.scopes.get(path)?.get(edge.from);
    return { taken: source !== undefined && took(source, edge), count };
  });
}
