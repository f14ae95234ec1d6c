import { ChevronRight } from "lucide-react";
import { TypeIcon } from "../canvas/TypeIcon";
import { counts } from "../loop/places";
import { Strip } from "../loop/Strip";
import type { Turns } from "../fold/picture";
import { count, duration } from "../ui/format";
import { StateIcon } from "../ui/StatePill";
import { LOOKS, type State } from "../ui/states";
import type { Row, Span } from "./rows";
import { placeOn, type Scale } from "./scale";
import styles from "./Timeline.module.css";
import { foldable } from "./walk";

interface LineProps {
  id: string;
  row: Row;
  span: Span | null;
  scale: Scale;
  active: boolean;
  selected: boolean;
  onToggle: () => void;
  onOpen: () => void;
  /** Of a Loop: one of its turns. */
  onTurn: (index: number) => void;
}

const STRIP_FROM = 12;

/** One row: what it is, how it stands, and when it was. The tree around it has the focus and the keys. */
export function Line({ id, row, span, scale, active, selected, onToggle, onOpen, onTurn }: LineProps) {
  const state = stateOf(row);
  const label = labelOf(row);
  const turns = row.kind === "execution" ? row.turns : null;
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={foldable(row) ? row.open : undefined}
      aria-selected={selected}
      className={[styles.line, selected ? styles.selected : "", active ? styles.active : ""].join(" ")}
      onClick={onOpen}
    >
      <span className={styles.name} style={{ paddingLeft: 8 + row.depth * 16 }}>
        <Fold row={row} onToggle={onToggle} />
        {state !== null && <StateIcon state={state} size={14} />}
        {row.kind === "execution" && <TypeIcon type={row.execution.type} size={13} className={styles.kind} />}
        <span className={styles.label} title={label}>
          {label}
        </span>
        {state !== null && <span className="visually-hidden">{LOOKS[state].label}</span>}
        {turns !== null && <span className={styles.note}>{told(turns)}</span>}
      </span>
      <span className={styles.track}>
        {span !== null && state !== null && (
          <Bar state={state} span={span} scale={scale} turns={turns} onTurn={onTurn} />
        )}
      </span>
      <span className={styles.took}>{span === null ? "" : duration(lengthOf(span, scale))}</span>
    </div>
  );
}

function Fold({ row, onToggle }: { row: Row; onToggle: () => void }) {
  if (!foldable(row)) return <i className={styles.gap} />;
  return (
    <span
      className={styles.fold}
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
    >
      <ChevronRight size={13} aria-hidden className={row.open ? styles.down : ""} />
    </span>
  );
}

interface BarProps {
  state: State;
  span: Span;
  scale: Scale;
  turns: Turns | null;
  onTurn: (index: number) => void;
}

function Bar({ state, span, scale, turns, onTurn }: BarProps) {
  const { left, width } = placeOn(scale, span);
  return (
    <span
      className={`${styles.bar} ${styles[LOOKS[state].tone]} ${span.end === null ? styles.going : ""}`}
      style={{ left: `min(${left}%, calc(100% - 3px))`, width: `max(3px, ${width}%)` }}
      title={`after ${duration(span.start - scale.start)}`}
    >
      {turns !== null && width > STRIP_FROM && (
        <span aria-hidden onClick={(event) => event.stopPropagation()}>
          <Strip turns={turns} index={null} onTurn={onTurn} />
        </span>
      )}
    </span>
  );
}

function stateOf(row: Row): State | null {
  if (row.kind === "unknown") return null;
  return row.kind === "turn" ? row.status : row.execution.status;
}

function labelOf(row: Row): string {
  if (row.kind === "unknown") return "Loading";
  return row.kind === "turn" ? `Iteration ${count(row.index)}` : row.execution.name;
}

function lengthOf(span: Span, scale: Scale): number {
  return Math.max(0, (span.end ?? scale.start + scale.length) - span.start);
}

/** A Loop's turns in few words: "41 of 100, 2 failed". */
function told(turns: Turns): string {
  const { ended, FAILED } = counts(turns);
  const failed = FAILED > 0 ? `, ${count(FAILED)} failed` : "";
  return ended === turns.total ? `×${count(turns.total)}${failed}` : `${count(ended)} of ${count(turns.total)}${failed}`;
}
