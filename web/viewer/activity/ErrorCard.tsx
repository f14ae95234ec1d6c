import { CircleAlert, Lightbulb } from "lucide-react";
import type { ReactNode } from "react";
import type { RunError } from "../fold/picture";
import { JsonView } from "../json/JsonView";
import styles from "./Activity.module.css";

/** Why something failed, and what helps to mend it: the message, what to try, and the detail. */
export function ErrorCard({ error, title, children }: { error: RunError; title?: ReactNode; children?: ReactNode }) {
  const detail = error.detail ?? null;
  return (
    <div className={styles.error} role="group" aria-label="The failure">
      <div className={styles.errorHead}>
        <CircleAlert size={16} aria-hidden />
        <div>
          {title}
          <p className={styles.message}>{error.message}</p>
          <code>{error.code}</code>
          {error.retryable && <span className={styles.note}> · another attempt may succeed</span>}
        </div>
      </div>
      {error.hint && (
        <p className={styles.hint}>
          <Lightbulb size={14} aria-hidden /> <span>{error.hint}</span>
        </p>
      )}
      {detail !== null && <JsonView value={detail} label="the failure's detail" at="error.detail" />}
      {children}
    </div>
  );
}
