import { useVirtualizer } from "@tanstack/react-virtual";
import { ChartNoAxesGantt } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { RunView } from "../data/live_run";
import { useTurns } from "../data/use_turns";
import type { Copy } from "../fold/snapshot";
import { readChosen, type Chosen } from "../loop/places";
import { useNow } from "../ui/clock";
import { duration } from "../ui/format";
import { Empty } from "../ui/Notice";
import { Line } from "./Line";
import { Rows, spanOf, spanOfTurn, type Opened, type Row, type Span, type TurnRow } from "./rows";
import { scaleOf, ticks, type Scale } from "./scale";
import styles from "./Timeline.module.css";
import { useTurnTimes, type TurnTimes } from "./use_turn_times";
import { walk } from "./walk";

export interface TimelineProps {
  view: RunView;
  /** The event that it is looked at after; null for the present. */
  at: number | null;
  /** The execution that is looked at, by its id. */
  selected: string | null;
  add: (path: string, copies: readonly Copy[]) => void;
  /** An activity, in the turns that it ran in. */
  onOpen: (activity: string, chosen: Chosen) => void;
}

const ROW = 28;
const TICKS = 6;
/** How far along a moment may be marked: its name needs room. */
const LAST_TICK = 0.93;

/** The executions as a Gantt chart: Loops folded until one unfolds them, only what is in view drawn. */
export function Timeline({ view, at, selected, add, onOpen }: TimelineProps) {
  const { picture } = view;
  const [opened, setOpened] = useState<Opened>(new Set());
  const [activeId, setActive] = useState<string | null>(null);
  const rows = useMemo(() => new Rows(picture, opened), [picture, opened]);
  const frame = useRef<HTMLDivElement>(null);
  const name = useId();
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: 8 });
  const visible = list.getVirtualItems().flatMap(({ index, start }) => {
    const row = rows.at(index);
    return row === null ? [] : [{ row, start }];
  });
  const turns = visible.flatMap(({ row }) => (row.kind === "turn" ? [row] : []));
  useTurns({ view, at, add }, turns.filter((turn) => turn.open).map((turn) => turn.path));
  const times = useTurnTimes(turns.filter((turn) => toAsk(view, turn)), at);
  const now = useNow(!picture.header.endedAt && at === null);
  const scale = scaleOf(picture, view.run.queuedAt, at === null ? now : null);
  const active = (activeId === null ? null : rows.find(activeId)) ?? 0;
  useEffect(() => {
    const index = selected === null ? null : rows.find(selected);
    if (index !== null) list.scrollToIndex(index);
    // It goes to what is selected once, and is not held there while rows come and go.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);
  if (rows.length === 0) return <Empty icon={ChartNoAxesGantt} title="Nothing has started yet" />;

  const toggle = (row: Row): void => setOpened((old) => flipped(old, placeOf(row)));
  const open = (row: Row): void => {
    setActive(row.id);
    if (row.kind === "execution") onOpen(row.execution.key, readChosen(row.execution.path));
    if (row.kind === "turn") onOpen(row.loop.key, readChosen(row.path));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / ROW) - 1);
    const step = walk(rows, active, event.key, page);
    const row = rows.at(active);
    if (step === null || row === null) return;
    event.preventDefault();
    if (step.is === "toggle") toggle(row);
    else if (step.is === "open") open(row);
    else {
      setActive(rows.at(step.index)?.id ?? null);
      list.scrollToIndex(step.index);
    }
  };
  const toTurn = (row: Row, index: number): void => {
    if (row.kind === "execution") onOpen(row.execution.key, readChosen(`${row.place}:${index}`));
  };
  return (
    <div className={styles.timeline} role="region" aria-label="Timeline">
      <Axis scale={scale} />
      <div
        ref={frame}
        className={styles.frame}
        role="tree"
        aria-label="Executions, by when they started"
        aria-activedescendant={`${name}${rows.at(active)?.id ?? ""}`}
        tabIndex={0}
        onKeyDown={press}
      >
        <div role="none" style={{ height: list.getTotalSize(), position: "relative" }}>
          {visible.map(({ row, start }) => (
            <div key={row.id} role="none" className={styles.place} style={{ height: ROW, transform: `translateY(${start}px)` }}>
              <Line
                id={`${name}${row.id}`}
                row={row}
                span={spanOfRow(view, times, row)}
                scale={scale}
                active={row.id === rows.at(active)?.id}
                selected={row.id === selected}
                onToggle={() => toggle(row)}
                onOpen={() => open(row)}
                onTurn={(index) => toTurn(row, index)}
              />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Axis({ scale }: { scale: Scale }) {
  return (
    <div className={styles.axis} aria-hidden>
      <span className={styles.name}>Activity</span>
      <span className={styles.track}>
        {ticks(scale.length, TICKS).filter((tick) => tick / scale.length <= LAST_TICK).map((tick) => (
          <i key={tick} style={{ left: `${(tick / scale.length) * 100}%` }}>
            {tick === 0 ? "0" : duration(tick)}
          </i>
        ))}
      </span>
      <span className={styles.took}>Took</span>
    </div>
  );
}

function flipped(set: Opened, path: string): Opened {
  const next = new Set(set);
  if (!next.delete(path)) next.add(path);
  return next;
}

function placeOf(row: Row): string {
  return row.kind === "execution" ? row.place : row.id;
}

/** Whether only the API can say when a turn was: it is over, and not all that was in it is known. */
function toAsk(view: RunView, turn: TurnRow): boolean {
  return turn.status !== "PENDING" && turn.status !== "RUNNING" && !view.whole.has(turn.path);
}

function spanOfRow(view: RunView, times: TurnTimes, row: Row): Span | null {
  if (row.kind === "unknown") return null;
  if (row.kind === "execution") return spanOf(row.execution);
  return times.get(row.id) ?? spanOfTurn(view.picture, row);
}
