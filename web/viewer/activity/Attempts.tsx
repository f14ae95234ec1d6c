import type { Detail } from "../data/use_detail";
import { duration } from "../ui/format";
import { Section } from "../ui/Section";
import { StateIcon } from "../ui/StatePill";
import { Duration, Time } from "../ui/Time";
import styles from "./Activity.module.css";

type Retry = { maxAttempts: number; backoffSeconds: number; timeoutSeconds: number } | null;

/** Every try, the one under way included, and how patient the policy is. */
export function Attempts({ detail, retry }: { detail: Detail; retry: Retry }) {
  if (detail.attempts.length === 0) return null;
  return (
    <Section
      title={detail.attempts.length === 1 ? "Attempt" : "Attempts"}
      aside={
        retry && (
          <span className={styles.note}>
            at most {retry.maxAttempts}, each {duration(retry.timeoutSeconds * 1_000)}
          </span>
        )
      }
    >
      <ol className={styles.attempts}>
        {detail.attempts.map((attempt) => (
          <li key={attempt.number} className={styles.attempt}>
            <b>{attempt.number}</b>
            <span>
              <Time at={attempt.startedAt} /> · <Duration start={attempt.startedAt} end={attempt.endedAt} />
            </span>
            <StateIcon state={attempt.error ? "FAILED" : attempt.endedAt ? "COMPLETED" : "RUNNING"} labeled />
            {attempt.error && (
              <p>
                {attempt.error.message} <code>{attempt.error.code}</code>
              </p>
            )}
            <small>{attempt.worker}</small>
          </li>
        ))}
      </ol>
    </Section>
  );
}

const LEVELS: Readonly<Record<string, string | undefined>> = {
  debug: styles.debug,
  info: styles.info,
  warning: styles.warning,
  error: styles.errorLevel,
};

/** What the attempts reported. */
export function Log({ lines }: { lines: Detail["logs"] }) {
  if (lines.length === 0) return null;
  return (
    <Section title="Log">
      <ol className={styles.log} tabIndex={0} aria-label="Log lines">
        {lines.map((line, index) => (
          <li key={index}>
            <Time at={line.at} />
            <span className={LEVELS[line.level]}>{line.level}</span>
            <span>{line.message}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
