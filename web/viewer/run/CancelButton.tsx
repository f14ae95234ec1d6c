import { OctagonX } from "lucide-react";
import { useState } from "react";
import type { RunStatus } from "../api/graphql";
import { client } from "../data/client";
import { CancelRun } from "../data/detail_documents";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Trouble } from "../ui/Notice";
import styles from "./Run.module.css";

const CAN_BE_CANCELED: ReadonlySet<RunStatus> = new Set(["QUEUED", "RUNNING", "WAITING"]);
const ALREADY_ENDED = "RUN_ALREADY_ENDED";

/** Cancels the run after one confirmation; there while it can be canceled. */
export function CancelButton({ runId, status }: { runId: string; status: RunStatus }) {
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  if (!CAN_BE_CANCELED.has(status)) return null;
  const cancel = async (): Promise<void> => {
    setBusy(true);
    const { data, error } = await client.mutation(CancelRun, { id: runId });
    setBusy(false);
    const refused = data?.cancelRun.errors.find((one) => one.code !== ALREADY_ENDED);
    const message = error?.message ?? refused?.message ?? null;
    setFault(message);
    if (message === null) setAsks(false);
  };
  return (
    <>
      <Button kind="danger" onClick={() => setAsks(true)}>
        <OctagonX size={14} aria-hidden /> Cancel run
      </Button>
      {asks && (
        <Dialog title="Cancel this run?" onClose={() => setAsks(false)}>
          <p>
            Nothing will start any more. What executes right now may finish, and then it counts; everything that waits
            is canceled at no cost. A canceled run cannot go on.
          </p>
          {fault !== null && <Trouble message={fault} />}
          <div className={styles.choices}>
            <Button onClick={() => setAsks(false)}>Keep it running</Button>
            <Button kind="danger" disabled={busy} onClick={() => void cancel()}>
              Cancel run
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
