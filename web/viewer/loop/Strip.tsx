import { useEffect, useRef, useState, type PointerEvent } from "react";
import type { LoopIterationStatus, Turns } from "../fold/picture";
import { count } from "../ui/format";
import { LOOKS } from "../ui/states";
import { useTheme } from "../ui/theme";
import { counts } from "./places";
import { columns, type Column } from "./strip";
import styles from "./Loop.module.css";

const HEIGHT = 18;
const WIDEST = 14;

/** How high a column stands: what failed stands out by its height too, not by its color alone. */
const SHARE: Record<LoopIterationStatus, number> = { PENDING: 0.25, COMPLETED: 0.6, CANCELED: 0.4, RUNNING: 1, FAILED: 1 };
const COLOR: Record<LoopIterationStatus, string> = {
  PENDING: "--line-strong",
  COMPLETED: "--good",
  CANCELED: "--calm",
  RUNNING: "--busy",
  FAILED: "--bad",
};

/** All turns of a Loop, drawn small; a click goes to one. */
export function Strip({ turns, index, onTurn }: { turns: Turns; index: number | null; onTurn: (index: number) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [room, setRoom] = useState(0);
  const [hovered, setHovered] = useState<Column | null>(null);
  const theme = useTheme();
  useEffect(() => {
    const shown = canvas.current?.parentElement;
    if (!shown) return;
    const observer = new ResizeObserver(([entry]) => setRoom(entry?.contentRect.width ?? 0));
    observer.observe(shown);
    return () => observer.disconnect();
  }, []);
  const number = Math.max(turns.total, turns.statuses.length);
  const width = Math.min(room, number * WIDEST);
  useEffect(() => {
    if (canvas.current) draw(canvas.current, columns(turns, width / 2), width, index);
  }, [turns, width, index, theme]);
  const at = (event: PointerEvent): Column | undefined => {
    const shown = columns(turns, width / 2);
    const box = event.currentTarget.getBoundingClientRect();
    return shown[Math.floor(((event.clientX - box.left) / box.width) * shown.length)];
  };
  const found = counts(turns);
  const label = `${count(number)} iterations: ${count(found.COMPLETED)} completed, ${count(found.FAILED)} failed, ${count(found.CANCELED)} canceled`;
  return (
    <span className={`${styles.strip} nodrag nopan`}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        title={hovered ? said(hovered) : label}
        onPointerMove={(event) => setHovered(at(event) ?? null)}
        onPointerLeave={() => setHovered(null)}
        onPointerDown={(event) => {
          const column = at(event);
          if (column) onTurn(chosenOf(column, turns));
        }}
      />
    </span>
  );
}

/** Of the turns that a column stands for, the first that is as the column shows. */
function chosenOf(column: Column, turns: Turns): number {
  const found = turns.statuses.slice(column.from - 1, column.to).findIndex((status) => status === column.status);
  return column.from + Math.max(0, found);
}

function said({ from, to, status }: Column): string {
  const which = from === to ? `Iteration ${count(from)}` : `Iterations ${count(from)} to ${count(to)}`;
  return `${which}: ${status === null ? "not begun" : LOOKS[status].label.toLowerCase()}`;
}

function draw(canvas: HTMLCanvasElement, shown: readonly Column[], width: number, index: number | null): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = HEIGHT * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${HEIGHT}px`;
  const context = canvas.getContext("2d");
  if (!context || shown.length === 0) return;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const each = width / shown.length;
  const gap = each >= 4 ? 1 : 0;
  for (const [column, { from, to, status }] of shown.entries()) {
    const here = index !== null && from <= index && index <= to;
    const high = Math.max(2, (HEIGHT - 3) * (status === null ? 0.12 : SHARE[status]));
    context.fillStyle = style.getPropertyValue(status === null ? "--line-strong" : COLOR[status]);
    context.globalAlpha = status === "COMPLETED" ? 0.75 : 1;
    context.fillRect(column * each, HEIGHT - 3 - high, Math.max(1, each - gap), high);
    if (!here) continue;
    context.globalAlpha = 1;
    context.fillStyle = style.getPropertyValue("--accent");
    context.fillRect(Math.min(column * each, width - 4), HEIGHT - 2, Math.max(4, each - gap), 2);
  }
}
