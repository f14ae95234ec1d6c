/** Whether what is followed is being followed: one state for the whole page, told by every `follow`. */

import { useSyncExternalStore } from "react";

export type Connection = "live" | "lost" | "back";

const BACK_MS = 4_000;

const lost = new Set<object>();
const listeners = new Set<() => void>();
let state: Connection = "live";
let timer: number | undefined;

/** Something that was followed is followed no more, until `found`. */
export function lose(what: object): void {
  lost.add(what);
  window.clearTimeout(timer);
  become("lost");
}

/** Something is followed again, or nobody wants it any more. */
export function find(what: object): void {
  if (!lost.delete(what) || lost.size > 0) return;
  become("back");
  timer = window.setTimeout(() => become("live"), BACK_MS);
}

/** Gives the state of the connection, and renders again when it changes. */
export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => state);
}

function become(next: Connection): void {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
