import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import type { VersionCopyFragment } from "../api/graphql";
import { LoopBar } from "../loop/LoopBar";
import type { Place } from "../loop/places";
import type { Shown } from "../run/shown";
import { count, credits, plural } from "../ui/format";
import { StateIcon } from "../ui/StatePill";
import { LOOKS } from "../ui/states";
import { Duration } from "../ui/Time";
import { TRIGGERS } from "../workflow/triggers";
import { TypeIcon, typeName } from "./TypeIcon";
import styles from "./nodes.module.css";
import { LOOP_HEADER } from "./layout";

export interface NodeData extends Record<string, unknown> {
  activity: VersionCopyFragment["activities"][number] | null;
  trigger: VersionCopyFragment["trigger"];
  shown: Shown | null;
  place: Place | null;
  /** Of a Loop: how far from its left the way into its body begins. */
  entry: number | null;
  selected: boolean;
  onSelect: (key: string) => void;
  onTurn: (loop: string, index: number) => void;
}

type Props = NodeProps<Node<NodeData>>;

export function TriggerNode({ data }: Props) {
  const { icon: Icon, label } = TRIGGERS[data.trigger.type];
  return (
    <div className={`${styles.node} ${styles.trigger}`}>
      <span className={styles.kind}>
        <Icon size={16} aria-hidden />
      </span>
      <span className={styles.text}>
        <strong>Trigger</strong>
        <small>{label}</small>
      </span>
      <Handle type="source" id="next" position={Position.Bottom} className={styles.handle} />
    </div>
  );
}

export function ActivityNode({ data }: Props) {
  if (data.activity === null) return null;
  return (
    <>
      <Handle type="target" position={Position.Top} className={styles.handle} />
      <Face data={data} activity={data.activity} />
      <Handle type="source" id="next" position={Position.Bottom} className={styles.handle} />
    </>
  );
}

export function LoopNode({ data }: Props) {
  if (data.activity === null) return null;
  const { key } = data.activity;
  return (
    <div className={`${styles.loop} ${stateClass(data.shown)}`}>
      <Handle type="target" position={Position.Top} className={styles.handle} />
      <div className={styles.loopHeader} style={{ height: LOOP_HEADER }}>
        <Face data={data} activity={data.activity} />
        {data.place && data.shown && (
          <LoopBar name={data.activity.name} place={data.place} onTurn={(index) => data.onTurn(key, index)} />
        )}
      </div>
      <Handle
        type="source"
        id="each"
        position={Position.Bottom}
        className={styles.handle}
        style={{ top: LOOP_HEADER, bottom: "auto", ...(data.entry === null ? {} : { left: data.entry }) }}
      />
      <Handle type="source" id="next" position={Position.Bottom} className={styles.handle} />
    </div>
  );
}

/** The card of an activity: what it is, what became of it, how long it took and what it cost. */
function Face({ data, activity }: { data: NodeData; activity: NonNullable<NodeData["activity"]> }) {
  const { shown, selected } = data;
  const reason = shown?.because;
  return (
    <button
      type="button"
      className={`${styles.node} ${stateClass(shown)} ${selected ? styles.selected : ""} nopan`}
      onClick={() => data.onSelect(activity.key)}
      aria-pressed={selected}
      title={reason ? `Skipped: ${reason}` : undefined}
      data-activity={activity.key}
      data-state={shown?.state}
    >
      <span className={styles.kind}>
        <TypeIcon type={activity.type} size={16} />
      </span>
      <span className={styles.text}>
        <strong title={activity.name}>
          {activity.name}
          <span className="visually-hidden">{spoken(activity.type, shown)}</span>
        </strong>
        {shown === null ? <small>{typeName(activity.type)}</small> : <Below shown={shown} />}
      </span>
      {shown !== null && (
        <span className={styles.state}>
          <StateIcon state={shown.state} size={16} />
        </span>
      )}
    </button>
  );
}

function Below({ shown }: { shown: Shown }) {
  const { execution, state, because, all } = shown;
  if (execution?.error && (state === "FAILED" || state === "WAITING")) {
    return <small className={state === "FAILED" ? styles.error : styles.retry}>{execution.error.message}</small>;
  }
  if (because !== null) return <small className={styles.because}>{because}</small>;
  const failures = all.failures > 0 ? ` · ${count(all.failures)} failed` : "";
  const many = all.executions > 1 ? `${plural(all.executions, "execution")}${failures}` : null;
  if (execution === null) return <small>{many ?? LOOKS[state].label}</small>;
  return (
    <small>
      {LOOKS[execution.status].label}
      {execution.startedAt !== null && (
        <>
          {" · "}
          <Duration start={execution.startedAt} end={execution.endedAt} />
        </>
      )}
      {execution.creditsUsed > 0 && ` · ${credits(execution.creditsUsed)}`}
      {many !== null && <span className={styles.many}>{many}</span>}
    </small>
  );
}

/** What is told of an activity beside what is to be read on its card: its type, and its state where that is not there. */
function spoken(type: string, shown: Shown | null): string {
  if (shown === null) return "";
  const { execution, state, because } = shown;
  const read = execution !== null && execution.error === null && because === null;
  return read ? typeName(type) : `${typeName(type)}, ${LOOKS[execution?.status ?? state].label}`;
}

function stateClass(shown: Shown | null): string {
  if (shown === null) return styles.undrawn ?? "";
  if (shown.state === "SKIPPED") return styles.skipped ?? "";
  if (shown.state === "NOT_REACHED") return styles.ahead ?? "";
  return styles[LOOKS[shown.state].tone] ?? "";
}
