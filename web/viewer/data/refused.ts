/** Whether the server asked for a key that the page does not have. */

import { useSyncExternalStore } from "react";

let refused = false;
const listeners = new Set<() => void>();

export function refuse(): void {
  refused = true;
  for (const listener of listeners) listener();
}

export function useRefused(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => refused,
  );
}
