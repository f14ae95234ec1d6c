import { CircleSlash, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { VersionCopyFragment } from "../api/graphql";
import { typeName } from "../canvas/TypeIcon";
import { useDetail, type Detail } from "../data/use_detail";
import { JsonView } from "../json/JsonView";
import { LoopBar } from "../loop/LoopBar";
import type { Place } from "../loop/places";
import { Research } from "../research/Research";
import type { Shown } from "../run/shown";
import { Button } from "../ui/Button";
import { credits, plural } from "../ui/format";
import { Skeleton, Trouble } from "../ui/Notice";
import { Section } from "../ui/Section";
import { StatePill } from "../ui/StatePill";
import { Duration, Time } from "../ui/Time";
import styles from "./Activity.module.css";
import { Attempts, Log } from "./Attempts";
import { ErrorCard } from "./ErrorCard";
import { LateResults } from "./LateResults";
import { LoopDetail } from "./LoopDetail";
import { ResultView } from "./Result";

const RESEARCH = "research_record";

type Activity = VersionCopyFragment["activities"][number];

export interface ActivityPanelProps {
  activity: Activity;
  shown: Shown;
  /** Of the Loop around it, where it is in one. */
  around: { name: string; place: Place; onTurn: (index: number) => void } | null;
  /** Of its own turns, where it is a Loop. */
  own: { place: Place; onTurn: (index: number) => void } | null;
  /** The event that it is looked at after; null for the present. */
  at: number | null;
  /** The newest event of a research in this run. */
  research: number;
  onClose: () => void;
}

/** Everything about one activity, in the place of the sidebar: what failed first, then what it did and was given. */
export function ActivityPanel(props: ActivityPanelProps) {
  const { activity, shown, around, own, at, research } = props;
  const { execution } = shown;
  return (
    <article className={styles.panel} aria-label={`Activity ${activity.name}`}>
      <Head {...props} />
      {around !== null && (
        <div className={styles.turn}>
          <LoopBar name={around.name} place={around.place} onTurn={around.onTurn} />
        </div>
      )}
      {execution === null ? (
        <NotExecuted shown={shown} />
      ) : (
        <Executed
          key={execution.id}
          id={execution.id}
          changes={activity.type === RESEARCH ? Math.max(execution.seq, research) : execution.seq}
          at={at}
          activity={activity}
        >
          {own !== null && <LoopDetail loopId={execution.id} name={activity.name} at={at} {...own} />}
        </Executed>
      )}
      {execution === null && (
        <Section title="Configuration">
          <JsonView value={activity.config} label="the configuration" />
        </Section>
      )}
    </article>
  );
}

function Head({ activity, shown, onClose }: ActivityPanelProps) {
  const { execution, all } = shown;
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h2>{activity.name}</h2>
        <Button kind="quiet" icon aria-label="Close the activity" onClick={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </div>
      <p className={styles.sub}>
        <StatePill state={execution?.status ?? shown.state} />
        <span>{typeName(activity.type)}</span>
        <code>{activity.key}</code>
      </p>
      {execution !== null && (
        <p className={styles.sub}>
          {execution.startedAt !== null && (
            <span>
              <Time at={execution.startedAt} /> · <Duration start={execution.startedAt} end={execution.endedAt} />
            </span>
          )}
          <span>{credits(execution.creditsUsed)}</span>
          {execution.exit !== null && execution.exit !== "next" && <span>left by {execution.exit}</span>}
          {execution.attempt > 1 && <span>attempt {execution.attempt}</span>}
          {all.executions > 1 && <span>{plural(all.executions, "execution")} in this run, {credits(all.credits)}</span>}
        </p>
      )}
    </header>
  );
}

function NotExecuted({ shown }: { shown: Shown }) {
  if (!shown.known) return <Skeleton lines={2} label="Loading the iteration" />;
  return (
    <p className={styles.reason}>
      <CircleSlash size={15} aria-hidden />
      {shown.because === null ? "Nothing has led here yet." : `It was skipped: ${shown.because}.`}
    </p>
  );
}

interface ExecutedProps {
  id: string;
  changes: number;
  at: number | null;
  activity: Activity;
  children: ReactNode;
}

function Executed({ id, changes, at, activity, children }: ExecutedProps) {
  const { data, error, refresh } = useDetail(id, changes, at);
  if (data === null) return error === null ? <Skeleton label="Loading the activity" /> : <Trouble message={error} retry={refresh} />;
  return (
    <>
      {data.error && <ErrorCard error={data.error} />}
      {children}
      {data.research.length > 0 && <Research questions={data.research} />}
      {data.result && <ResultView result={data.result} type={data.type} inputs={data.inputs} />}
      <Inputs activity={activity} detail={data} />
      {data.outputs !== null && (
        <Section title="Outputs">
          <JsonView value={data.outputs} label="the outputs" at={`activities.${data.key}`} />
        </Section>
      )}
      <Attempts detail={data} retry={activity.retry ?? null} />
      <LateResults results={data.lateResults} />
      <Log lines={data.logs} />
    </>
  );
}

function Inputs({ activity, detail }: { activity: Activity; detail: Detail }) {
  const [written, setWritten] = useState(false);
  const rendered = detail.inputs;
  const asWritten = written || rendered === null;
  return (
    <Section
      title="Inputs"
      aside={
        <span className={styles.switch}>
          <button type="button" aria-pressed={!asWritten} disabled={rendered === null} onClick={() => setWritten(false)}>
            As it was
          </button>
          <button type="button" aria-pressed={asWritten} onClick={() => setWritten(true)}>
            As written
          </button>
        </span>
      }
    >
      <JsonView value={asWritten ? activity.config : rendered} label={asWritten ? "the configuration" : "the inputs"} />
    </Section>
  );
}
