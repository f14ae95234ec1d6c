import { Play } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import type { TriggerType } from "../api/graphql";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Trouble } from "../ui/Notice";
import { begin, inputsOf, payloadOf, type Input } from "./form";
import { startRun } from "./start";
import { TRIGGERS } from "./triggers";
import styles from "./Workflow.module.css";

interface Props {
  workflow: { id: string; name: string; status: string };
  trigger: { type: TriggerType; config: unknown; webhookPath?: string | null };
}

/** Starts a run, with a form made from the trigger's inputs; says how runs start where nobody starts them by hand. */
export function StartRun({ workflow, trigger }: Props) {
  const [asks, setAsks] = useState(false);
  const byHand = trigger.type === "MANUAL" || trigger.type === "RECORD_COMMAND";
  const live = workflow.status === "LIVE";
  const why = live ? `Runs start by themselves: ${TRIGGERS[trigger.type].label.toLowerCase()}` : "The workflow is not live";
  return (
    <>
      <Button kind="primary" disabled={!byHand || !live} title={byHand && live ? undefined : why} onClick={() => setAsks(true)}>
        <Play size={14} aria-hidden /> Start run
      </Button>
      {asks && (
        <Dialog title={`Run ${workflow.name}`} onClose={() => setAsks(false)}>
          {trigger.type === "MANUAL" ? (
            <PayloadForm workflowId={workflow.id} inputs={inputsOf(trigger.config)} />
          ) : (
            <RecordForm workflowId={workflow.id} />
          )}
        </Dialog>
      )}
    </>
  );
}

function useStart(workflowId: string) {
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Record<string, string>>({});
  const start = async (payload: unknown, recordId: string | null): Promise<void> => {
    setBusy(true);
    const started = await startRun(workflowId, payload, recordId);
    setBusy(false);
    if ("runId" in started) go(`/runs/${started.runId}`);
    else setFaults(Object.fromEntries(started.faults.map(({ path, message }) => [path.at(-1) ?? "", message])));
  };
  return { busy, faults, setFaults, start };
}

function PayloadForm({ workflowId, inputs }: { workflowId: string; inputs: readonly Input[] }) {
  const [draft, setDraft] = useState(() => begin(inputs));
  const { busy, faults, setFaults, start } = useStart(workflowId);
  const elsewhere = Object.entries(faults).filter(([name]) => !inputs.some((input) => input.name === name));
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const read = payloadOf(inputs, draft);
        if ("faults" in read) setFaults(read.faults);
        else void start(read.payload, null);
      }}
    >
      {inputs.length === 0 && <p className={styles.faint}>It takes no inputs.</p>}
      {inputs.map((input) => (
        <Field key={input.name} label={input.name} required={input.required} hint={HINTS[input.type]} fault={faults[input.name] ?? null}>
          <Control input={input} value={draft[input.name] ?? ""} onChange={(value) => setDraft({ ...draft, [input.name]: value })} />
        </Field>
      ))}
      {elsewhere.map(([name, message]) => (
        <Trouble key={name} message={message} />
      ))}
      <Button kind="primary" type="submit" disabled={busy}>
        <Play size={14} aria-hidden /> Start
      </Button>
    </form>
  );
}

const HINTS: Record<Input["type"], string> = {
  text: "Text",
  number: "A number",
  boolean: "Yes or no",
  date: "A date, or a moment such as 2026-11-22T09:30:00Z",
  list: "A list, as JSON",
  object: "An object, as JSON",
};

function Control({ input, value, onChange, ...rest }: { input: Input; value: string; onChange: (value: string) => void }) {
  if (input.type === "boolean") {
    return <input {...rest} type="checkbox" checked={value === "true"} onChange={(event) => onChange(event.target.checked ? "true" : "")} />;
  }
  if (input.type === "list" || input.type === "object") {
    return <textarea {...rest} spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />;
  }
  return <input {...rest} inputMode={input.type === "number" ? "decimal" : "text"} value={value} onChange={(event) => onChange(event.target.value)} />;
}

function RecordForm({ workflowId }: { workflowId: string }) {
  const [record, setRecord] = useState("");
  const { busy, faults, start } = useStart(workflowId);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void start({}, record.trim());
      }}
    >
      <Field label="Record" required hint="The id of the record that the run is about: rec_…" fault={Object.values(faults)[0] ?? null}>
        <input value={record} onChange={(event) => setRecord(event.target.value)} />
      </Field>
      <Button kind="primary" type="submit" disabled={busy || record.trim() === ""}>
        <Play size={14} aria-hidden /> Start
      </Button>
    </form>
  );
}
