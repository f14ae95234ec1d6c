import { Background, BackgroundVariant, Controls, MarkerType, ReactFlow, type Edge, type Node, type ReactFlowInstance } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useEffect, useMemo, useRef, useState } from "react";
import type { VersionCopyFragment } from "../api/graphql";
import type { Place } from "../loop/places";
import type { Shown, ShownEdge } from "../run/shown";
import { useTheme } from "../ui/theme";
import { ActivityNode, LoopNode, TriggerNode, type NodeData } from "./nodes";
import { WayEdge, type WayData } from "./WayEdge";
import { layout, TRIGGER, type Box, type Layout } from "./layout";
import styles from "./Canvas.module.css";

/** What the canvas is told: the version as it is drawn, with a run laid over it or not. */
export interface CanvasProps {
  version: VersionCopyFragment;
  shown: ReadonlyMap<string, Shown> | null;
  edges: readonly ShownEdge[] | null;
  places: ReadonlyMap<string, Place>;
  selected: string | null;
  onSelect: (key: string) => void;
  onTurn: (loop: string, index: number) => void;
}

const NODE_TYPES = { activity: ActivityNode, loop: LoopNode, trigger: TriggerNode };
const EDGE_TYPES = { way: WayEdge };
const SMALLEST = 0.7;
const MARGIN = 32;

/** The read-only canvas: pan and zoom, choose an activity, walk the turns of a Loop. */
export function Canvas(props: CanvasProps) {
  const { version, selected } = props;
  const plan = useMemo(() => layout(version), [version]);
  const { boxes } = plan;
  const nodes = useNodes(boxes, props);
  const edges = useEdges(plan, props);
  const frame = useRef<HTMLDivElement>(null);
  const [flow, setFlow] = useState<ReactFlowInstance | null>(null);
  const theme = useTheme();
  useEffect(() => {
    if (flow && frame.current) void flow.setViewport(firstView(boxes, frame.current));
  }, [flow, boxes]);
  useEffect(() => {
    if (flow && frame.current && selected !== null) reveal(flow, frame.current, boxes, selected);
  }, [flow, boxes, selected]);
  return (
    <div className={styles.canvas} ref={frame} role="region" aria-label="Canvas of the workflow">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={theme}
        onInit={setFlow}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        panOnScroll
        minZoom={0.08}
        maxZoom={1.6}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
      >
        <Background variant={BackgroundVariant.Dots} gap={18} size={1.2} color="var(--line-strong)" />
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </div>
  );
}

function useNodes(boxes: ReadonlyMap<string, Box>, props: CanvasProps): Node<NodeData>[] {
  const { version, shown, places, selected, onSelect, onTurn } = props;
  return useMemo(() => {
    const activities = new Map(version.activities.map((activity) => [activity.key, activity]));
    const drawn = [...boxes.values()].map((box): Node<NodeData> => {
      const activity = activities.get(box.key) ?? null;
      const type = box.key === TRIGGER ? "trigger" : activity?.type === "loop" ? "loop" : "activity";
      return {
        id: box.key,
        type,
        position: { x: box.x, y: box.y },
        width: box.width,
        height: box.height,
        ...(box.parent === null ? {} : { parentId: box.parent }),
        data: {
          activity,
          trigger: version.trigger,
          shown: shown?.get(box.key) ?? null,
          place: places.get(box.key) ?? null,
          entry: box.entry,
          selected: box.key === selected,
          onSelect,
          onTurn,
        },
      };
    });
    return inOrder(drawn);
  }, [boxes, version, shown, places, selected, onSelect, onTurn]);
}

/** The library wants a Loop before its body. */
function inOrder(nodes: Node<NodeData>[]): Node<NodeData>[] {
  const depth = (node: Node<NodeData>): number => {
    const parent = nodes.find((one) => one.id === node.parentId);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return nodes.map((node) => ({ node, at: depth(node) })).sort((one, other) => one.at - other.at).map(({ node }) => node);
}

function useEdges(plan: Layout, { version, edges, shown }: CanvasProps): Edge<WayData>[] {
  return useMemo(() => {
    const parents = new Map(version.activities.map((activity) => [activity.key, activity.parent ?? null]));
    return version.edges.map((edge, index) => {
      const way = edges?.[index] ?? null;
      const enters = parents.get(edge.to) === edge.from;
      const look = way === null ? "plain" : way.taken ? "taken" : "open";
      const color = look === "taken" ? "var(--way)" : "var(--line-strong)";
      return {
        id: `${edge.from} ${edge.exit} ${edge.to} ${index}`,
        type: "way",
        source: edge.from,
        sourceHandle: enters ? "each" : "next",
        target: edge.to,
        zIndex: look === "taken" ? 2 : 1,
        markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color },
        data: {
          way: absolute(plan, edge.to, index),
          look,
          exit: edge.exit === "next" || enters ? null : edge.exit,
          count: way !== null && way.count > 1 ? way.count : null,
          moving: way?.taken === true && shown?.get(edge.to)?.state === "RUNNING",
        },
      };
    });
  }, [plan, version, edges, shown]);
}

/** Gives an edge's way on the canvas as a whole. */
function absolute({ boxes, ways }: Layout, to: string, index: number): WayData["way"] {
  const way = ways.get(index);
  if (way === undefined) return null;
  const from = offset(boxes, boxes.get(to)?.parent ?? null);
  const move = ({ x, y }: { x: number; y: number }) => ({ x: x + from.x, y: y + from.y });
  return { points: way.points.map(move), label: move(way.label) };
}

/** Gives where a Loop's inside begins. */
function offset(boxes: ReadonlyMap<string, Box>, loop: string | null): { x: number; y: number } {
  const box = loop === null ? undefined : boxes.get(loop);
  if (box === undefined) return { x: 0, y: 0 };
  const around = offset(boxes, box.parent);
  return { x: around.x + box.x, y: around.y + box.y };
}

function extent(boxes: ReadonlyMap<string, Box>): { width: number; height: number } {
  const top = [...boxes.values()].filter((box) => box.parent === null);
  return {
    width: Math.max(1, ...top.map((box) => box.x + box.width)),
    height: Math.max(1, ...top.map((box) => box.y + box.height)),
  };
}

/** All of it where that can be read, else its beginning. */
function firstView(boxes: ReadonlyMap<string, Box>, frame: HTMLElement): { x: number; y: number; zoom: number } {
  const { width, height } = extent(boxes);
  const room = { width: frame.clientWidth - 2 * MARGIN, height: frame.clientHeight - 2 * MARGIN };
  const fits = Math.min(1, room.width / width, room.height / height);
  const zoom = Math.max(fits, Math.min(SMALLEST, Math.max(0.3, room.width / width)));
  const y = fits < zoom ? MARGIN : MARGIN + Math.max(0, (room.height - height * zoom) / 2);
  const start = boxes.get(TRIGGER);
  const middle = zoom * width > room.width && start !== undefined ? start.x + start.width / 2 : width / 2;
  return { x: frame.clientWidth / 2 - middle * zoom, y, zoom };
}

/** Moves as little as it takes to show an activity. */
function reveal(flow: ReactFlowInstance, frame: HTMLElement, boxes: ReadonlyMap<string, Box>, key: string): void {
  const box = boxes.get(key);
  if (box === undefined) return;
  const from = offset(boxes, box.parent);
  const [x, y] = [from.x + box.x, from.y + box.y];
  const view = flow.getViewport();
  const height = Math.min(box.height, 140);
  const at = { left: x * view.zoom + view.x, top: y * view.zoom + view.y };
  const size = { width: box.width * view.zoom, height: height * view.zoom };
  const inside =
    at.left >= 0 && at.top >= 0 && at.left + size.width <= frame.clientWidth && at.top + size.height <= frame.clientHeight;
  if (!inside) void flow.setCenter(x + box.width / 2, y + height / 2, { zoom: Math.max(view.zoom, SMALLEST), duration: 200 });
}
