/** The present moment for what is shown: one timer for the page, off while nobody looks. */

import { createContext, useContext, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

/** The moment that is looked at, where that is not the present. */
export const Moment = createContext<number | null>(null);

/** Gives the moment, anew every half second; where nothing moves, as it was when it was first asked for. */
export function useNow(moving = true): number {
  const looked = useContext(Moment);
  const present = useSyncExternalStore(moving && looked === null ? subscribe : idle, () => now);
  return looked ?? present;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(tick, 500);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

function idle(): () => void {
  return () => undefined;
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
