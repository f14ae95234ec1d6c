/** Where everything stands on the canvas: each scope is laid out alone, from the innermost Loop to the top. */

import { graphlib, layout as arrange } from "@dagrejs/dagre";

export const NODE = { width: 272, height: 72 };
export const LOOP_HEADER = 138;
export const LOOP_PADDING = 20;
export const TRIGGER = "trigger";

const ENTRY = "#entry";
const LOOP_MIN_WIDTH = 360;
const BETWEEN_RANKS = 48;
const BETWEEN_NODES = 32;
const LABEL = { width: 72, height: 18, labelpos: "c" };

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  key: string;
  /** The Loop that it stands in; x and y are within that. */
  parent: string | null;
  width: number;
  height: number;
  /** Of a Loop: how far from its left the way into its body begins. */
  entry: number | null;
}

/** The way of an edge on the canvas, with the place of its label. */
export interface Way {
  points: readonly Point[];
  label: Point;
}

export interface Layout {
  boxes: ReadonlyMap<string, Box>;
  /** By the edge's place in the version; an edge of a body is within its Loop, as boxes are. */
  ways: ReadonlyMap<number, Way>;
}

export interface Drawn {
  trigger?: { position?: Point | null };
  activities: readonly { key: string; type: string; parent?: string | null; position?: Point | null }[];
  edges: readonly { from: string; exit: string; to: string }[];
}

/** Gives the place of the trigger and of every activity, and the way of every edge; a Loop is as large as its body needs. */
export function layout(drawn: Drawn): Layout {
  const plan = new Plan(drawn);
  plan.scope(null);
  return plan;
}

interface Size {
  width: number;
  height: number;
  entry: number | null;
}

class Plan implements Layout {
  readonly boxes = new Map<string, Box>();
  readonly ways = new Map<number, Way>();

  constructor(private readonly drawn: Drawn) {}

  scope(parent: string | null): Size {
    const inside = this.drawn.activities.filter((activity) => (activity.parent ?? null) === parent);
    if (inside.length === 0 && parent !== null) return { width: 0, height: 0, entry: null };
    const graph = new graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: "TB", ranksep: BETWEEN_RANKS, nodesep: BETWEEN_NODES });
    if (parent === null) graph.setNode(TRIGGER, { ...NODE });
    else graph.setNode(ENTRY, { width: 1, height: 1 });
    const entries = new Map<string, number | null>();
    for (const { key, type } of inside) {
      const body = type === "loop" ? this.scope(key) : null;
      graph.setNode(key, body === null ? { ...NODE } : loopSize(body));
      entries.set(key, body === null ? null : entryOf(body));
    }
    for (const [index, { from, to }] of this.drawn.edges.entries()) {
      const source = from === parent ? ENTRY : from;
      if (graph.hasNode(source) && graph.hasNode(to)) graph.setEdge(source, to, { ...LABEL }, String(index));
    }
    arrange(graph);
    return this.take(parent, graph, entries);
  }

  /** Moves what was arranged to where it stands in its Loop. */
  private take(parent: string | null, graph: Arranged, entries: ReadonlyMap<string, number | null>): Size {
    const found = graph.nodes().map((key) => boxOf(key, parent, graph.node(key) as ArrangedNode, entries.get(key) ?? null));
    const shown = found.filter((box) => box.key !== ENTRY);
    // Whoever placed everything in a scope is asked for nothing else; the ways are straight then.
    const placed = shown.every((box) => this.placed(box.key) !== null);
    for (const box of placed ? shown : []) Object.assign(box, this.placed(box.key));
    const left = Math.min(...shown.map((box) => box.x));
    const top = parent === null ? Math.min(...shown.map((box) => box.y)) : Math.min(...found.map((box) => box.y));
    const width = Math.max(...shown.map((box) => box.x + box.width)) - left;
    const height = Math.max(...shown.map((box) => box.y + box.height)) - top;
    const indent = parent === null ? 0 : Math.max(LOOP_PADDING, (LOOP_MIN_WIDTH - width) / 2);
    const move = { x: indent - left, y: (parent === null ? 0 : LOOP_HEADER) - top };
    for (const box of shown) this.boxes.set(box.key, { ...box, ...moved(box, move) });
    if (!placed) this.takeWays(graph, shown, move);
    const entry = found.find((box) => box.key === ENTRY);
    return { width, height, entry: entry === undefined || placed ? null : entry.x - left };
  }

  private takeWays(graph: Arranged, boxes: readonly Box[], move: Point): void {
    const ranks = ranksOf(boxes);
    for (const one of graph.edges()) {
      const { points, x, y } = graph.edge(one) as { points: Point[]; x: number; y: number };
      const bends = points.slice(1, -1).flatMap((point) => throughRank(point, ranks));
      const first = points[0];
      const last = points.at(-1);
      if (first === undefined || last === undefined) continue;
      const ends = [middle(graph, one.v, first, "bottom"), ...bends, middle(graph, one.w, last, "top")];
      this.ways.set(Number(one.name), { points: ends.map((point) => moved(point, move)), label: moved({ x, y }, move) });
    }
  }

  private placed(key: string): Point | null {
    const own = key === TRIGGER ? this.drawn.trigger : this.drawn.activities.find((one) => one.key === key);
    return own?.position ?? null;
  }
}

type Arranged = InstanceType<typeof graphlib.Graph>;
type ArrangedNode = { x: number; y: number; width: number; height: number };

function boxOf(key: string, parent: string | null, node: ArrangedNode, entry: number | null): Box {
  const { width, height } = node;
  return { key, parent, x: node.x - width / 2, y: node.y - height / 2, width, height, entry };
}

function moved(point: Point, move: Point): Point {
  return { x: point.x + move.x, y: point.y + move.y };
}

/** A way begins and ends in the middle of a side, where its handle is. */
function middle(graph: Arranged, key: string, point: Point, side: "top" | "bottom"): Point {
  const node = graph.node(key) as ArrangedNode;
  return { x: node.x, y: side === "top" ? node.y - node.height / 2 : Math.max(point.y, node.y + node.height / 2) };
}

/** The rows that boxes stand in, from top to bottom. */
function ranksOf(boxes: readonly Box[]): { top: number; bottom: number }[] {
  const ranks: { middle: number; top: number; bottom: number }[] = [];
  for (const box of boxes) {
    const center = box.y + box.height / 2;
    const rank = ranks.find((one) => Math.abs(one.middle - center) < 1);
    if (rank === undefined) ranks.push({ middle: center, top: box.y, bottom: box.y + box.height });
    else Object.assign(rank, { top: Math.min(rank.top, box.y), bottom: Math.max(rank.bottom, box.y + box.height) });
  }
  return ranks;
}

/** A way passes a row of boxes straight, and bends between the rows alone. */
function throughRank(point: Point, ranks: readonly { top: number; bottom: number }[]): Point[] {
  const rank = ranks.find(({ top, bottom }) => top < point.y && point.y < bottom);
  return rank === undefined ? [point] : [{ x: point.x, y: rank.top }, { x: point.x, y: rank.bottom }];
}

function loopSize(body: Size): { width: number; height: number } {
  const room = body.height === 0 ? 0 : body.height + LOOP_PADDING;
  return { width: Math.max(LOOP_MIN_WIDTH, body.width + 2 * LOOP_PADDING), height: LOOP_HEADER + room };
}

function entryOf(body: Size): number | null {
  if (body.entry === null) return null;
  return body.entry + Math.max(LOOP_PADDING, (LOOP_MIN_WIDTH - body.width) / 2);
}

/** Gives the activities in the order in which one reads them: from the top down, bodies after their Loops. */
export function readingOrder(boxes: ReadonlyMap<string, Box>): string[] {
  const inside = (parent: string | null): string[] =>
    [...boxes.values()]
      .filter((box) => box.parent === parent && box.key !== TRIGGER)
      .sort((one, other) => one.y - other.y || one.x - other.x)
      .flatMap((box) => [box.key, ...inside(box.key)]);
  return inside(null);
}
