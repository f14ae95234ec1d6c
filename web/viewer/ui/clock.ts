/** The present moment for what is shown: one timer for the page, off while nobody looks. */

import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

/** Gives the moment, anew every half second; where nothing moves, as it was when it was first asked for. */
export function useNow(moving = true): number {
  return useSyncExternalStore(moving ? subscribe : idle, () => now);
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
