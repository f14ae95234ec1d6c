import type { Detail } from "../data/use_detail";
import { JsonView } from "../json/JsonView";
import { Section } from "../ui/Section";
import { StateIcon } from "../ui/StatePill";
import { Time } from "../ui/Time";
import styles from "./Activity.module.css";

/** What attempts brought after they had been given to another worker: it changed nothing and cost nothing. */
export function LateResults({ results }: { results: Detail["lateResults"] }) {
  if (results.length === 0) return null;
  return (
    <Section title="Came too late" aside={<span className={styles.note}>it changed nothing and cost nothing</span>}>
      <ol className={styles.attempts}>
        {results.map((late) => (
          <li key={late.attempt} className={styles.attempt}>
            <b>{late.attempt}</b>
            <span>
              came at <Time at={late.at} />
              {late.exit !== null && late.exit !== "next" && <> · would have left by {late.exit}</>}
            </span>
            <StateIcon state={late.status} labeled />
            {late.error && (
              <p>
                {late.error.message} <code>{late.error.code}</code>
              </p>
            )}
            <small>{late.worker}</small>
            {late.outputs !== null && (
              <div className={styles.late}>
                <JsonView value={late.outputs} label={`what attempt ${late.attempt} gave`} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
