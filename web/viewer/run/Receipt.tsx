import { Ban } from "lucide-react";
import { useEffect } from "react";
import { ReceiptQuery } from "../data/detail_documents";
import { useLatest } from "../data/use_latest";
import type { Cancellation } from "../fold/picture";
import { credits, plural } from "../ui/format";
import { Facts } from "../ui/Section";
import { StateIcon } from "../ui/StatePill";
import { Time } from "../ui/Time";
import styles from "./Run.module.css";

interface Props {
  runId: string;
  at: number | null;
  cancellation: Cancellation;
  ended: string | null;
}

/** The receipt of a cancel: what was executing, what that cost, and what was prevented. */
export function Receipt({ runId, at, cancellation, ended }: Props) {
  const { data, refresh } = useLatest(ReceiptQuery, { id: runId });
  useEffect(() => refresh(), [ended, cancellation.creditsAfterRequest, refresh]);
  const receipt = data?.run?.cancellation;
  const done = at === null ? cancellation.completedAt : (cancellation.completedAt ?? null);
  return (
    <section className={styles.receipt} aria-label="Receipt of the cancel">
      <header>
        <Ban size={16} aria-hidden />
        <div>
          <h3>{done ? "Canceled" : "Canceling"}</h3>
          <p>
            asked at <Time at={cancellation.requestedAt} />
            {receipt && ` by ${receipt.requestedBy.name}`}. Nothing has started since.
          </p>
        </div>
      </header>
      <Facts
        facts={[
          ["Prevented", plural(cancellation.prevented, "activity", "activities")],
          ["Was executing", receipt ? plural(receipt.inFlight.length, "activity", "activities") : "…"],
          ["Cost after that", credits(cancellation.creditsAfterRequest)],
        ]}
      />
      {receipt && receipt.inFlight.length > 0 && (
        <ul>
          {receipt.inFlight.map((one) => (
            <li key={one.id}>
              <StateIcon state={one.status} labeled /> {one.name}
              {one.path !== "" && <code> {one.path}</code>}
              <span className={styles.note}>{credits(one.creditsUsed)}</span>
            </li>
          ))}
        </ul>
      )}
      {!done && <p className={styles.note}>What executes may finish, for it cannot be undone; nothing follows it.</p>}
    </section>
  );
}
