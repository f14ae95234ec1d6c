/** Light or dark: what the person chose, else what their system says. */

import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const PLACE = "playhead.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export function theme(): Theme {
  const kept = localStorage.getItem(PLACE);
  if (kept === "light" || kept === "dark") return kept;
  return dark.matches ? "dark" : "light";
}

export function setTheme(next: Theme): void {
  localStorage.setItem(PLACE, next);
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, theme);
}

/** Shows the theme, and follows the system. */
export function startTheme(): void {
  apply();
  dark.addEventListener("change", apply);
}

function apply(): void {
  document.documentElement.dataset.theme = theme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
