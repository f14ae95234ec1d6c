import { useVirtualizer } from "@tanstack/react-virtual";
import { ListFilter, Rows3 } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import type { RunFilter, RunLineFragment, RunStatus, TriggerType } from "../api/graphql";
import { useRuns } from "../data/use_runs";
import { Button } from "../ui/Button";
import { useNow } from "../ui/clock";
import { credits, moment } from "../ui/format";
import { useKeys } from "../ui/keys";
import { Empty, Skeleton, Trouble } from "../ui/Notice";
import { StateIcon } from "../ui/StatePill";
import { LOOKS } from "../ui/states";
import { Duration, Time } from "../ui/Time";
import { TRIGGERS } from "./triggers";
import styles from "./Workflow.module.css";

const ROW = 46;
const STATUSES: readonly RunStatus[] = ["QUEUED", "RUNNING", "WAITING", "CANCELING", "COMPLETED", "FAILED", "CANCELED"];
const TIMES: readonly (readonly [string, number | null])[] = [
  ["Any time", null],
  ["Last hour", 3_600_000],
  ["Last 24 hours", 86_400_000],
  ["Last 7 days", 7 * 86_400_000],
];

interface Choice {
  status: RunStatus | "";
  trigger: TriggerType | "";
  time: number;
}

const ALL: Choice = { status: "", trigger: "", time: 0 };

/** All runs of a workflow: filtered, endless and live. */
export function RunsList({ workflowId, open, onChange }: { workflowId: string; open: string | null; onChange: (seqs: number) => void }) {
  const [choice, setChoice] = useState<Choice>(ALL);
  const filter = useMemo(() => filterOf(choice), [choice]);
  const { list, error, more, reload } = useRuns(workflowId, filter);
  const changes = list.runs.reduce((sum, run) => sum + run.seq, 0);
  useEffect(() => onChange(changes), [changes, onChange]);
  return (
    <section className={styles.runs} aria-label="Runs">
      <Filters choice={choice} onChoice={setChoice} />
      {error !== null && <Trouble message={error} retry={reload} />}
      {!list.begun && error === null ? (
        <Skeleton lines={6} label="Loading the runs" />
      ) : list.runs.length === 0 ? (
        <NoRuns filtered={choice !== ALL} onAll={() => setChoice(ALL)} />
      ) : (
        <Rows runs={list.runs} open={open} more={list.after === null ? null : more} />
      )}
    </section>
  );
}

function filterOf({ status, trigger, time }: Choice): RunFilter {
  const span = TIMES[time]?.[1] ?? null;
  return {
    ...(status === "" ? {} : { statuses: [status] }),
    ...(trigger === "" ? {} : { triggerTypes: [trigger] }),
    ...(span === null ? {} : { startedAfter: new Date(Date.now() - span).toISOString() }),
  };
}

function Filters({ choice, onChoice }: { choice: Choice; onChoice: (choice: Choice) => void }) {
  const first = useRef<HTMLSelectElement>(null);
  useKeys({ "/": () => first.current?.focus() });
  return (
    <div className={styles.filters}>
      <h3>Runs</h3>
      <select ref={first} className={styles.select} aria-label="State" value={choice.status} onChange={(event) => onChoice({ ...choice, status: event.target.value as Choice["status"] })}>
        <option value="">Any state</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {LOOKS[status].label}
          </option>
        ))}
      </select>
      <select className={styles.select} aria-label="Trigger" value={choice.trigger} onChange={(event) => onChoice({ ...choice, trigger: event.target.value as Choice["trigger"] })}>
        <option value="">Any trigger</option>
        {Object.entries(TRIGGERS).map(([type, { label }]) => (
          <option key={type} value={type}>
            {label}
          </option>
        ))}
      </select>
      <select className={styles.select} aria-label="Time" value={choice.time} onChange={(event) => onChoice({ ...choice, time: Number(event.target.value) })}>
        {TIMES.map(([label], index) => (
          <option key={label} value={index}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

function NoRuns({ filtered, onAll }: { filtered: boolean; onAll: () => void }) {
  if (!filtered) {
    return (
      <Empty icon={Rows3} title="It has not run yet">
        <p>Start a run above; it shows here as it goes.</p>
      </Empty>
    );
  }
  return (
    <Empty icon={ListFilter} title="No run is like this">
      <Button onClick={onAll}>Show all runs</Button>
    </Empty>
  );
}

function Rows({ runs, open, more }: { runs: readonly RunLineFragment[]; open: string | null; more: (() => void) | null }) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.length + (more === null ? 0 : 1),
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const atEnd = more !== null && (shown.at(-1)?.index ?? 0) >= runs.length;
  useEffect(() => {
    if (atEnd) more();
  }, [atEnd, more]);
  return (
    <div ref={frame} className={styles.rows} role="list" aria-label="Runs, newest first" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: "relative" }}>
        {shown.map(({ index, start }) => {
          const run = runs[index];
          return (
            <div key={run?.id ?? "more"} role="listitem" className={styles.rowPlace} style={{ height: ROW, transform: `translateY(${start}px)` }}>
              {run ? <Row run={run} open={run.id === open} /> : <p className={styles.faint}>Loading more</p>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ run, open }: { run: RunLineFragment; open: boolean }) {
  const [card, setCard] = useState<DOMRect | null>(null);
  const id = useId();
  const show = (element: HTMLElement): void => setCard(element.getBoundingClientRect());
  return (
    <>
      <Link
        href={`/runs/${run.id}`}
        className={`${styles.row} ${open ? styles.open : ""}`}
        aria-describedby={card === null ? undefined : id}
        aria-current={open ? "true" : undefined}
        onMouseEnter={(event) => show(event.currentTarget)}
        onMouseLeave={() => setCard(null)}
        onFocus={(event) => show(event.currentTarget)}
        onBlur={() => setCard(null)}
      >
        <StateIcon state={run.status} size={16} />
        <span className={styles.what}>
          <strong>{LOOKS[run.status].label}</strong>
          {run.error && <em title={run.error.message}>{run.error.message}</em>}
        </span>
        <span className={styles.when}>
          <Time at={run.queuedAt} relative />
          <small>
            <Duration start={run.startedAt} end={run.endedAt} />
          </small>
        </span>
      </Link>
      {card !== null && <Card id={id} run={run} beside={card} />}
    </>
  );
}

/** What a run is told by while one points at it: start, end, duration and credits. */
function Card({ id, run, beside }: { id: string; run: RunLineFragment; beside: DOMRect }) {
  const now = useNow(false);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Started", run.startedAt ? moment(run.startedAt, now) : "not yet"],
    ["Ended", run.endedAt ? moment(run.endedAt, now) : "not yet"],
    ["Took", <Duration key="took" start={run.startedAt} end={run.endedAt} />],
    ["Cost", credits(run.creditsUsed)],
    ["By", `${run.trigger.actor.name}, ${TRIGGERS[run.trigger.type].label.toLowerCase()}`],
  ];
  const left = beside.left > 300 ? beside.left - 268 : 12;
  return (
    <div id={id} role="tooltip" className={styles.card} style={{ left, top: Math.min(beside.top, window.innerHeight - 170) }}>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
