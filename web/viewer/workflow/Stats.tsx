import { useEffect, useState } from "react";
import type { StatsCopyFragment } from "../api/graphql";
import { useLatest } from "../data/use_latest";
import { StatsQuery } from "../data/workflow_documents";
import { count, credits, duration, percent } from "../ui/format";
import { Trouble } from "../ui/Notice";
import { Facts, Section } from "../ui/Section";
import { bars, since, SPANS, type Bar, type Span } from "./chart";
import styles from "./Workflow.module.css";

/** The statistics of a workflow in a span that one chooses; asked for anew when `changes` does. */
export function Stats({ workflowId, changes }: { workflowId: string; changes: number }) {
  const [place, setPlace] = useState(1);
  const [now] = useState(Date.now);
  const span = SPANS[place];
  const { data, error, refresh } = useLatest(StatsQuery, {
    id: workflowId,
    since: span ? since(span, now) : null,
    bucket: span?.bucket ?? "DAY",
  });
  useEffect(() => {
    if (changes > 0) refresh();
  }, [changes, refresh]);
  const stats = data?.workflow?.stats;
  return (
    <Section
      title="Statistics"
      aside={
        <select className={styles.select} aria-label="Span of the statistics" value={place} onChange={(event) => setPlace(Number(event.target.value))}>
          {SPANS.map(({ label }, index) => (
            <option key={label} value={index}>
              Last {label}
            </option>
          ))}
        </select>
      }
    >
      {error !== null && <Trouble message={error} retry={refresh} />}
      {stats && span ? <Figures stats={stats} span={span} now={now} /> : <div className={styles.figuresComing} />}
    </Section>
  );
}

function Figures({ stats, span, now }: { stats: StatsCopyFragment; span: Span; now: number }) {
  return (
    <>
      <Facts
        facts={[
          ["Runs", count(stats.runs)],
          ["Success", stats.successRate === null ? "–" : percent(stats.successRate)],
          ["Median", time(stats.durationMsP50)],
          ["95th percentile", time(stats.durationMsP95)],
          ["Credits", count(stats.creditsUsed)],
          ["Under way", count(stats.running + stats.queued)],
        ]}
      />
      <Chart bars={bars(span, stats.overTime, now)} span={span} />
      <p className={styles.outcomes}>
        <span className={stats.completed > 0 ? styles.completed : styles.faint}>{count(stats.completed)} completed</span>
        <span className={stats.failed > 0 ? styles.failedText : styles.faint}>{count(stats.failed)} failed</span>
        <span className={styles.canceled}>{count(stats.canceled)} canceled</span>
        <span className={styles.faint}>{credits(stats.creditsUsed)}</span>
      </p>
    </>
  );
}

function time(milliseconds: number | null | undefined): string {
  return milliseconds === null || milliseconds === undefined ? "–" : duration(milliseconds);
}

const HEIGHT = 56;

/** Stacked bars: failed at the foot, where they are found at once; each says its figures on hover. */
function Chart({ bars: shown, span }: { bars: readonly Bar[]; span: Span }) {
  const most = Math.max(1, ...shown.map((bar) => bar.total));
  const scale = (value: number): number => (value === 0 ? 0 : Math.max(2, (value / most) * HEIGHT));
  const summary = shown.filter((bar) => bar.total > 0).length;
  const by = span.bucket === "HOUR" ? "hour" : "day";
  return (
    <div className={styles.chart} role="img" aria-label={`Runs by ${by}: ${summary} with runs, at most ${most} in one`}>
      {shown.map((bar) => (
        <span key={bar.start} title={said(bar, span)}>
          <i className={styles.barCompleted} style={{ height: scale(bar.completed) }} />
          <i className={styles.barCanceled} style={{ height: scale(bar.canceled) }} />
          <i className={styles.barFailed} style={{ height: scale(bar.failed) }} />
        </span>
      ))}
    </div>
  );
}

function said(bar: Bar, span: Span): string {
  const when = span.bucket === "HOUR" ? `${bar.start.slice(0, 13).replace("T", " ")}:00 UTC` : bar.start.slice(0, 10);
  return `${when}: ${bar.completed} completed, ${bar.failed} failed, ${bar.canceled} canceled`;
}
