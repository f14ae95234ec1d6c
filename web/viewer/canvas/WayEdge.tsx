import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type Edge, type EdgeProps } from "@xyflow/react";
import { count as written } from "../ui/format";
import type { Point, Way } from "./layout";
import styles from "./Canvas.module.css";

export interface WayData extends Record<string, unknown> {
  /** Null where everything was placed by hand. */
  way: Way | null;
  look: "plain" | "taken" | "open";
  /** The exit that it leaves by, where that is not the only one. */
  exit: string | null;
  count: number | null;
  moving: boolean;
}

/** A way from one activity to another: the path taken is drawn distinctly, by weight and not by color alone. */
export function WayEdge(props: EdgeProps<Edge<WayData>>) {
  const { look = "plain", exit = null, count = null, moving = false, way = null } = props.data ?? {};
  const [step, middleX, middleY] = getSmoothStepPath({ ...props, borderRadius: 10 });
  const path = way === null ? step : curve(way.points);
  const { x, y } = way?.label ?? { x: middleX, y: middleY };
  return (
    <>
      <BaseEdge
        path={path}
        {...(props.markerEnd === undefined ? {} : { markerEnd: props.markerEnd })}
        className={`${styles.way} ${styles[look]} ${moving ? styles.moving : ""}`}
      />
      {(exit !== null || count !== null) && (
        <EdgeLabelRenderer>
          <span
            className={`${styles.label} ${styles[`${look}Label`]}`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {exit}
            {count !== null && <i> ×{written(count)}</i>}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

const ARROW = 3;

/** A line through points that leaves each straight down. */
function curve(points: readonly Point[]): string {
  return points.reduce((path, { x, y: down }, index) => {
    const y = index === points.length - 1 ? down - ARROW : down;
    const before = points[index - 1];
    if (before === undefined) return `M ${x} ${y}`;
    if (Math.abs(before.x - x) < 0.5) return `${path} L ${x} ${y}`;
    const half = (before.y + y) / 2;
    return `${path} C ${before.x} ${half} ${x} ${half} ${x} ${y}`;
  }, "");
}
