/** Paths of scopes: "" is the top, "outer:2/inner:5" the fifth turn of `inner` in the second of `outer`. */

export const TOP = "";

/** Gives the path of a Loop's turn, counted from 1. */
export function turnPath(parent: string, loop: string, index: number): string {
  return `${turnsPath(parent, loop)}:${index}`;
}

/** Gives what the paths of all turns of a Loop begin with: where `Picture.turns` holds them. */
export function turnsPath(parent: string, loop: string): string {
  return parent === TOP ? loop : `${parent}/${loop}`;
}

/** Gives the scope around a turn. */
export function around(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Splits a turn's path into the scope around it, the Loop and the index; null for the top and for what is no path. */
export function turnOf(path: string): { parent: string; loop: string; index: number } | null {
  const found = /^(?:(.*)\/)?([^/:]+):(\d+)$/.exec(path);
  if (!found) return null;
  return { parent: found[1] ?? TOP, loop: found[2] ?? "", index: Number(found[3]) };
}

/** Gives the turns on the way into a scope, the outermost first. */
export function turnsOn(path: string): { path: string; loop: string; index: number }[] {
  const turn = turnOf(path);
  return turn === null ? [] : [...turnsOn(turn.parent), { path, loop: turn.loop, index: turn.index }];
}
