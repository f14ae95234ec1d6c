import { useMemo } from "react";
import { ErrorCard } from "../activity/ErrorCard";
import { TypeIcon } from "../canvas/TypeIcon";
import { layout, readingOrder } from "../canvas/layout";
import type { RunView } from "../data/live_run";
import { JsonView } from "../json/JsonView";
import { readChosen } from "../loop/places";
import { Button } from "../ui/Button";
import { count, credits, plural } from "../ui/format";
import { Facts, Section } from "../ui/Section";
import { StateIcon } from "../ui/StatePill";
import { LOOKS } from "../ui/states";
import { Duration, Time } from "../ui/Time";
import { TRIGGERS } from "../workflow/triggers";
import styles from "./Run.module.css";
import { Receipt } from "./Receipt";
import type { RunPlace } from "./place";
import type { Shown } from "./shown";

type OnOpen = (activity: string, chosen: RunPlace["chosen"]) => void;

interface Props {
  view: RunView;
  shown: ReadonlyMap<string, Shown>;
  at: number | null;
  onOpen: OnOpen;
}

/** The run as a whole: why it failed, what a cancel prevented, its facts, what it was given, and its activities. */
export function Overview({ view, shown, at, onOpen }: Props) {
  const { run, picture } = view;
  const { header } = picture;
  return (
    <article aria-label="The run">
      {header.error && <RunFailure view={view} onOpen={onOpen} />}
      {header.cancellation && <Receipt runId={run.id} at={at} cancellation={header.cancellation} ended={header.endedAt ?? null} />}
      <Section title="Run">
        <Facts
          facts={[
            ["Started", header.startedAt ? <Time key="at" at={header.startedAt} /> : "not yet"],
            ["Took", <Duration key="took" start={header.startedAt} end={header.endedAt} />],
            ["Cost", credits(header.creditsUsed)],
            ["Version", String(run.version.number)],
            ["Trigger", TRIGGERS[run.trigger.type].label],
            ["By", run.trigger.actor.name],
          ]}
        />
      </Section>
      <Section title="Payload">
        <JsonView value={run.trigger.payload} label="the trigger's payload" at="trigger.payload" />
      </Section>
      <Activities view={view} shown={shown} onOpen={onOpen} />
    </article>
  );
}

function RunFailure({ view, onOpen }: { view: RunView; onOpen: OnOpen }) {
  const { run, picture } = view;
  const { error } = picture.header;
  const failed = run.failedExecution ?? failedOf(view);
  if (!error) return null;
  return (
    <ErrorCard
      error={error}
      title={
        <p>
          Failed at <strong>{failed?.name ?? picture.failedActivity ?? "an activity"}</strong>
          {failed?.path ? ` in ${failed.path}` : ""}
        </p>
      }
    >
      {failed && (
        <Button onClick={() => onOpen(failed.key, readChosen(failed.path))}>Open the failed activity</Button>
      )}
    </ErrorCard>
  );
}

/** The execution that failed the run, where that happened while it was looked at. */
function failedOf({ picture }: RunView): { key: string; name: string; path: string } | null {
  for (const scope of picture.scopes.values()) {
    for (const execution of scope.values()) if (execution.id === picture.header.failedExecutionId) return execution;
  }
  return null;
}

function Activities({ view, shown, onOpen }: { view: RunView; shown: ReadonlyMap<string, Shown>; onOpen: OnOpen }) {
  const { activities, edges, trigger } = view.run.version;
  const order = useMemo(() => readingOrder(layout({ activities, edges, trigger }).boxes), [activities, edges, trigger]);
  const byKey = new Map(activities.map((activity) => [activity.key, activity]));
  const depth = (key: string): number => {
    const parent = byKey.get(key)?.parent;
    return parent ? 1 + depth(parent) : 0;
  };
  return (
    <Section title="Activities" aside={<span className={styles.note}>{plural(activities.length, "activity", "activities")}</span>}>
      <ul className={styles.activities}>
        {order.map((key) => {
          const activity = byKey.get(key);
          const one = shown.get(key);
          if (!activity || !one) return null;
          return (
            <li key={key}>
              <button type="button" style={{ paddingLeft: 8 + depth(key) * 18 }} onClick={() => onOpen(key, new Map())}>
                <TypeIcon type={activity.type} size={14} />
                <span className={styles.name}>{activity.name}</span>
                <span className={styles.note}>{one.all.executions > 1 ? `×${count(one.all.executions)}` : ""}</span>
                <span className={styles.note}>{one.all.credits > 0 ? credits(one.all.credits) : ""}</span>
                <StateIcon state={one.all.state} />
                <span className="visually-hidden">{LOOKS[one.all.state].label}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
