import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight, ChartNoAxesGantt } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { TypeIcon } from "../canvas/TypeIcon";
import type { RunView } from "../data/live_run";
import { useTurns } from "../data/use_turns";
import type { Copy } from "../fold/snapshot";
import { turnOf } from "../fold/scope";
import { readChosen, type Chosen } from "../loop/places";
import { Strip } from "../loop/Strip";
import { useNow } from "../ui/clock";
import { count, duration } from "../ui/format";
import { Empty } from "../ui/Notice";
import { StateIcon } from "../ui/StatePill";
import { LOOKS, type State } from "../ui/states";
import { rows, ticks, TURNS_AT_ONCE, type Opened, type Row } from "./rows";
import styles from "./Timeline.module.css";

export interface TimelineProps {
  view: RunView;
  at: number | null;
  selected: string | null;
  add: (path: string, copies: readonly Copy[]) => void;
  onOpen: (activity: string, chosen: Chosen) => void;
}

const ROW = 30;
const TICKS = 6;

/** The executions as a Gantt chart: Loops folded until one opens them, only what is in view drawn. */
export function Timeline({ view, at, selected, add, onOpen }: TimelineProps) {
  const [opened, setOpened] = useState<Opened>({ paths: new Set(), wanted: new Map() });
  const { picture } = view;
  const shown = useMemo(() => rows(picture, opened), [picture, opened]);
  const frame = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const visible = list.getVirtualItems();
  useTurns({ view, at, add }, turnsInView(visible.map((item) => shown[item.index])));
  const { startedAt, endedAt } = picture.header;
  const now = useNow(!endedAt && at === null);
  const start = Date.parse(startedAt ?? view.run.queuedAt);
  const end = Math.max(start + 1, endedAt ? Date.parse(endedAt) : at === null ? now : (latest(shown) ?? now));
  const scale: Scale = { start, length: end - start };
  const toggle = (path: string): void => setOpened((old) => ({ ...old, paths: flipped(old.paths, path) }));
  const more = (path: string): void =>
    setOpened((old) => ({ ...old, wanted: new Map(old.wanted).set(path, (old.wanted.get(path) ?? TURNS_AT_ONCE) * 4) }));
  useEffect(() => list.measure(), [list]);
  if (shown.length === 0) return <Empty icon={ChartNoAxesGantt} title="Nothing has started yet" />;
  return (
    <div className={styles.timeline} role="region" aria-label="Timeline">
      <Axis scale={scale} />
      <div ref={frame} className={styles.frame} role="tree" aria-label="Executions" tabIndex={0}>
        <div style={{ height: list.getTotalSize(), position: "relative" }}>
          {visible.map((item) => {
            const row = shown[item.index];
            if (row === undefined) return null;
            return (
              <div key={row.id} role="none" className={styles.place} style={{ height: ROW, transform: `translateY(${item.start}px)` }}>
                <Line
                  row={row}
                  view={view}
                  scale={scale}
                  selected={row.execution !== null && row.execution.key === selected}
                  onToggle={() => (row.kind === "more" ? more(row.path) : toggle(row.path))}
                  onOpen={() => onOpen(row.execution?.key ?? "", readChosen(row.execution?.path ?? ""))}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface Scale {
  start: number;
  length: number;
}

function flipped(set: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(path)) next.add(path);
  return next;
}

function latest(shown: readonly Row[]): number | null {
  const ends = shown.flatMap((row) => row.end ?? row.start ?? []);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** The turns that rows in view stand for: what is in them is asked for. */
function turnsInView(visible: readonly (Row | undefined)[]): string[] {
  return visible.flatMap((row) => (row?.kind === "turn" ? row.path : []));
}

function Axis({ scale }: { scale: Scale }) {
  return (
    <div className={styles.axis} aria-hidden>
      <span className={styles.name}>Activity</span>
      <span className={styles.track}>
        {ticks(scale.length, TICKS).map((tick) => (
          <i key={tick} style={{ left: `${(tick / scale.length) * 100}%` }}>
            {tick === 0 ? "0" : duration(tick)}
          </i>
        ))}
      </span>
    </div>
  );
}

interface LineProps {
  row: Row;
  view: RunView;
  scale: Scale;
  selected: boolean;
  onToggle: () => void;
  onOpen: () => void;
}

function Line({ row, view, scale, selected, onToggle, onOpen }: LineProps) {
  const state = stateOfRow(row, view);
  return (
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={row.open ?? undefined}
      aria-selected={selected}
      aria-label={`${row.label}${state ? `, ${LOOKS[state].label}` : ""}`}
      className={`${styles.line} ${selected ? styles.selected : ""}`}
    >
      <span className={styles.name} style={{ paddingLeft: 8 + row.depth * 16 }}>
        {row.open === null ? (
          <i className={styles.gap} />
        ) : (
          <button type="button" className={styles.fold} aria-label={`${row.open ? "Fold" : "Open"} ${row.label}`} onClick={onToggle}>
            <ChevronRight size={13} aria-hidden className={row.open ? styles.down : ""} />
          </button>
        )}
        {state !== null && <StateIcon state={state} size={14} />}
        {row.execution !== null && <TypeIcon type={row.execution.type} size={13} className={styles.kind} />}
        <button type="button" className={styles.open} onClick={row.execution === null ? onToggle : onOpen}>
          {row.label}
        </button>
      </span>
      <span className={styles.track}>
        <Bar row={row} state={state} scale={scale} view={view} />
      </span>
    </div>
  );
}

function stateOfRow(row: Row, view: RunView): State | null {
  if (row.execution !== null) return row.execution.status;
  const turn = row.kind === "turn" ? turnOf(row.path) : null;
  if (turn === null) return null;
  const place = row.path.slice(0, row.path.lastIndexOf(":"));
  return view.picture.turns.get(place)?.statuses[turn.index - 1] ?? null;
}

function Bar({ row, state, scale, view }: { row: Row; state: State | null; scale: Scale; view: RunView }) {
  if (row.start === null || state === null) return null;
  const end = row.end ?? scale.start + scale.length;
  const left = ((row.start - scale.start) / scale.length) * 100;
  const width = ((end - row.start) / scale.length) * 100;
  const took = duration(end - row.start);
  const turns = row.kind === "execution" ? view.picture.turns.get(row.path) : undefined;
  return (
    <>
      <span
        className={`${styles.bar} ${styles[LOOKS[state].tone]}`}
        style={{ left: `${left}%`, width: `max(3px, ${width}%)` }}
        title={`${row.label}: ${LOOKS[state].label}, ${took}`}
      >
        {turns && width > 12 && <Strip turns={turns} index={null} onTurn={() => undefined} />}
      </span>
      <span className={styles.took} style={left + width > 80 ? { right: `${100 - left}%` } : { left: `${left + width}%` }}>
        {took}
        {turns ? ` · ${count(turns.statuses.length)} iterations` : ""}
      </span>
    </>
  );
}
