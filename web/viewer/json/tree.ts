/** JSON as lines to show: what is open, what a search finds, and how large values are cut. */

export const PREVIEW_TEXT = 400;
export const PREVIEW_ENTRIES = 50;

export interface Line {
  /** Where it is, as an expression names it: `records[0].values.name`. */
  path: string;
  /** Its name or index in what holds it; null for the whole. */
  name: string | null;
  depth: number;
  value: unknown;
  kind: "object" | "list" | "text" | "other" | "more";
  /** Of an object or a list: how many entries. */
  size: number;
  open: boolean;
  found: boolean;
  /** Of a line that stands for entries not shown. */
  rest: number;
}

export interface Wanted {
  /** The paths that are open, or closed where they would be open. */
  toggled: ReadonlySet<string>;
  /** The paths whose entries are all shown. */
  whole: ReadonlySet<string>;
  search: string;
}

const OPEN_DEPTH = 1;

/** Gives the lines of a value, in order. */
export function lines(value: unknown, wanted: Wanted): Line[] {
  const needle = wanted.search.trim().toLowerCase();
  const found: Line[] = [];
  visit({ path: "", name: null, depth: 0, value }, wanted, needle, found);
  return found;
}

interface At {
  path: string;
  name: string | null;
  depth: number;
  value: unknown;
}

function visit(at: At, wanted: Wanted, needle: string, into: Line[]): void {
  const entries = entriesOf(at);
  const hit = needle !== "" && matches(at, needle);
  const within = needle !== "" && entries.some((entry) => holds(entry, needle));
  const open = entries.length > 0 && (within || (at.depth < OPEN_DEPTH) !== wanted.toggled.has(at.path));
  into.push({ ...at, kind: kindOf(at.value), size: entries.length, open, found: hit, rest: 0 });
  if (!open) return;
  const shown = within ? entries.filter((entry) => hit || holds(entry, needle)) : entries;
  const limit = wanted.whole.has(at.path) ? shown.length : PREVIEW_ENTRIES;
  for (const entry of shown.slice(0, limit)) visit(entry, wanted, needle, into);
  if (shown.length > limit) {
    const more = { path: at.path, name: null, depth: at.depth + 1, value: null };
    into.push({ ...more, kind: "more", size: 0, open: false, found: false, rest: shown.length - limit });
  }
}

function entriesOf({ path, depth, value }: At): At[] {
  if (Array.isArray(value)) {
    return value.map((entry: unknown, index) => ({
      path: `${path}[${index}]`,
      name: String(index),
      depth: depth + 1,
      value: entry,
    }));
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).map(([name, entry]: [string, unknown]) => ({
    path: path === "" ? name : `${path}.${name}`,
    name,
    depth: depth + 1,
    value: entry,
  }));
}

function kindOf(value: unknown): Line["kind"] {
  if (Array.isArray(value)) return "list";
  if (value !== null && typeof value === "object") return "object";
  return typeof value === "string" ? "text" : "other";
}

function matches({ name, value }: At, needle: string): boolean {
  if (name?.toLowerCase().includes(needle)) return true;
  if (value !== null && typeof value === "object") return false;
  return String(value).toLowerCase().includes(needle);
}

function holds(at: At, needle: string): boolean {
  return matches(at, needle) || entriesOf(at).some((entry) => holds(entry, needle));
}

/** Gives a value as text for the clipboard: a text as it is, everything else as JSON. */
export function copied(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
