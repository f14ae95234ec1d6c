import { Braces, Check, ChevronRight, Copy, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "../ui/Button";
import { plural } from "../ui/format";
import styles from "./JsonView.module.css";
import { copied, lines, PREVIEW_TEXT, type Line } from "./tree";

/** JSON to look into: search, copy of a value and of its path, large values by a preview. `at` is what paths begin with. */
export function JsonView({ value, at = "", label }: { value: unknown; at?: string; label: string }) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState("");
  const shown = useMemo(() => lines(value, { toggled, whole, search }), [value, toggled, whole, search]);
  const simple = value === null || typeof value !== "object" || Object.keys(value).length === 0;
  const found = shown.filter((line) => line.found).length;
  return (
    <div className={styles.view} role="group" aria-label={label}>
      {!simple && (
        <div className={styles.tools}>
          <label className={styles.search}>
            <Search size={12} aria-hidden />
            <span className="visually-hidden">Search in {label}</span>
            <input type="search" data-filter placeholder="Search" value={search} onChange={(event) => setSearch(event.target.value)} />
          </label>
          {search.trim() !== "" && <span className={styles.hits}>{plural(found, "hit")}</span>}
          <CopyButton label={`Copy ${label} as JSON`} text={() => copied(value)} />
        </div>
      )}
      <ul className={styles.lines}>
        {shown.map((line) => (
          <Row
            key={`${line.path} ${line.kind}`}
            line={line}
            at={at}
            whole={whole.has(line.path)}
            onToggle={() => setToggled(flipped(toggled, line.path))}
            onWhole={() => setWhole(flipped(whole, line.path))}
          />
        ))}
      </ul>
    </div>
  );
}

function flipped(set: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(path)) next.add(path);
  return next;
}

interface RowProps {
  line: Line;
  at: string;
  whole: boolean;
  onToggle: () => void;
  onWhole: () => void;
}

function Row({ line, at, whole, onToggle, onWhole }: RowProps) {
  const indent = { paddingLeft: 6 + line.depth * 14 };
  if (line.kind === "more") {
    return (
      <li style={indent}>
        <button type="button" className={styles.more} onClick={onWhole}>
          Show {plural(line.rest, "more entry", "more entries")}
        </button>
      </li>
    );
  }
  const name = line.name !== null && <span className={styles.name}>{line.name}</span>;
  const path = line.path.startsWith("[") || at === "" || line.path === "" ? `${at}${line.path}` : `${at}.${line.path}`;
  return (
    <li className={line.found ? styles.found : ""} style={indent}>
      {line.size > 0 ? (
        <button type="button" className={styles.opener} aria-expanded={line.open} onClick={onToggle}>
          <ChevronRight size={12} aria-hidden />
          {name}
          <span className={styles.faint}>
            {line.kind === "list" ? `[ ${plural(line.size, "entry", "entries")} ]` : `{ ${plural(line.size, "field")} }`}
          </span>
        </button>
      ) : (
        <span className={styles.leaf}>
          {name}
          <Value value={line.value} whole={whole} onWhole={onWhole} />
        </span>
      )}
      <span className={styles.copies}>
        {path !== "" && <CopyButton icon="path" label={`Copy the path ${path}`} text={() => path} />}
        <CopyButton label={`Copy the value of ${path || "all"}`} text={() => copied(line.value)} />
      </span>
    </li>
  );
}

function Value({ value, whole, onWhole }: { value: unknown; whole: boolean; onWhole: () => void }) {
  if (typeof value !== "string") {
    const kind = value === null ? "none" : typeof value;
    return <span className={styles[kind] ?? styles.faint}>{Array.isArray(value) ? "[ ]" : typeof value === "object" && value !== null ? "{ }" : String(value)}</span>;
  }
  const long = value.length > PREVIEW_TEXT && !whole;
  return (
    <span className={styles.text}>
      “{long ? value.slice(0, PREVIEW_TEXT) : value}
      {long ? "…" : "”"}
      {value.length > PREVIEW_TEXT && (
        <button type="button" className={styles.more} onClick={onWhole}>
          {whole ? "Show less" : `Show all ${plural(value.length, "character")}`}
        </button>
      )}
    </span>
  );
}

function CopyButton({ label, text, icon = "value" }: { label: string; text: () => string; icon?: "value" | "path" }) {
  const [done, setDone] = useState(false);
  const Icon = done ? Check : icon === "path" ? Braces : Copy;
  return (
    <Button
      kind="quiet"
      icon
      className={styles.copy}
      aria-label={label}
      onClick={() => {
        void navigator.clipboard.writeText(text()).then(() => {
          setDone(true);
          window.setTimeout(() => setDone(false), 1_200);
        });
      }}
    >
      <Icon size={12} aria-hidden />
    </Button>
  );
}
