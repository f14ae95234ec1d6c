import { useMemo } from "react";
import type { VersionCopyFragment } from "../api/graphql";
import { layout, readingOrder } from "../canvas/layout";
import { nextFailed, type Place } from "../loop/places";
import { useKeys } from "../ui/keys";
import type { RunPlace } from "./place";
import type { Shown } from "./shown";

interface Ways {
  version: VersionCopyFragment;
  shown: ReadonlyMap<string, Shown>;
  places: ReadonlyMap<string, Place>;
  place: RunPlace;
  onSelect: (activity: string | null) => void;
  onTurn: (loop: string, index: number) => void;
  onTimeline: () => void;
}

/** The keys of a run's page: through the activities, into Loops and out, through iterations, to what failed. */
export function useRunKeys({ version, shown, places, place, onSelect, onTurn, onTimeline }: Ways): void {
  const order = useMemo(() => readingOrder(layout(version).boxes), [version]);
  const parents = useMemo(() => new Map(version.activities.map((one) => [one.key, one.parent ?? null])), [version]);
  const here = place.activity;
  const step = (by: number): void => {
    const at = here === null ? (by > 0 ? -1 : 0) : order.indexOf(here);
    onSelect(order[(at + by + order.length) % order.length] ?? null);
  };
  const loop = loopHere(here, parents, places);
  const walk = (by: number): void => {
    const found = loop === null ? undefined : places.get(loop);
    if (loop === null || !found?.turns || found.index === null) return;
    const next = found.index + by;
    if (next >= 1 && next <= found.turns.statuses.length) onTurn(loop, next);
  };
  const failed = (): void => {
    const found = loop === null ? undefined : places.get(loop);
    const turn = found?.turns ? nextFailed(found.turns, found.index ?? 0) : null;
    if (loop !== null && turn !== null && turn !== found?.index) {
      onTurn(loop, turn);
      return;
    }
    const at = here === null ? -1 : order.indexOf(here);
    const next = [...order.slice(at + 1), ...order.slice(0, at + 1)].find((key) => shown.get(key)?.state === "FAILED");
    if (next !== undefined) onSelect(next);
  };
  useKeys({
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    ArrowRight: () => {
      const inside = order.find((key) => parents.get(key) === here);
      if (here !== null && inside !== undefined) onSelect(inside);
    },
    ArrowLeft: () => {
      const around = here === null ? null : (parents.get(here) ?? null);
      if (around !== null) onSelect(around);
    },
    "[": () => walk(-1),
    "]": () => walk(1),
    f: failed,
    t: onTimeline,
    "/": () => document.querySelector<HTMLInputElement>("aside input[data-filter]")?.focus(),
    Escape: () => onSelect(null),
  });
}

/** The Loop whose turns the keys walk: the activity itself, the one around it, or the only one at the top. */
function loopHere(
  here: string | null,
  parents: ReadonlyMap<string, string | null>,
  places: ReadonlyMap<string, Place>,
): string | null {
  if (here === null) return [...places.keys()].find((key) => parents.get(key) === null) ?? null;
  return places.has(here) ? here : (parents.get(here) ?? null);
}
