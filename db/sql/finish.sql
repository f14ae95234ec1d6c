-- Writes one decision about one run, if the run's seq still is what the decision was made on; says whether it did.
-- The decision that begins a run inserts it, if the workflow still is live with the version that was decided on.
-- A run that another transaction holds is left out rather than waited for, so that a batch delays nobody and cannot deadlock.
CREATE OR REPLACE FUNCTION finish(p jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_run text := p->>'run';
  v_now timestamptz := clock_timestamp();
  v_lease timestamptz := v_now + make_interval(secs => (p->>'lease_seconds')::float8);
  v_changed timestamptz := date_bin('2 seconds', v_now, timestamptz 'epoch');
BEGIN
  IF p ? 'begin' THEN
    INSERT INTO run (id, workspace_id, workflow_id, version_id, status, last_seq, credits_used, tariff, trigger, queued_at,
      ended_at, changed_at, state, idempotency_key, idempotency_fingerprint)
    SELECT v_run, w.workspace_id, w.id, w.published_id, p->>'status', (p->>'last_seq')::int, 0, b.tariff, b.trigger,
      b.queued_at, (p->>'ended_at')::timestamptz, v_changed, p->'state', b.idempotency_key, b.idempotency_fingerprint
    FROM workflow w, jsonb_to_record(p->'begin') AS b(version_id text, tariff text, trigger jsonb, queued_at timestamptz,
      idempotency_key text, idempotency_fingerprint text)
    WHERE w.id = p->>'workflow_id' AND w.workspace_id = p->>'workspace_id' AND w.status = 'LIVE'
      AND w.published_id = b.version_id;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  ELSE
    PERFORM 1 FROM run WHERE id = v_run AND last_seq = (p->>'seq')::int FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    UPDATE run SET
      last_seq = (p->>'last_seq')::int,
      status = p->>'status',
      credits_used = (p->>'credits_used')::int,
      started_at = (p->>'started_at')::timestamptz,
      ended_at = (p->>'ended_at')::timestamptz,
      changed_at = v_changed,
      error = nullif(p->'error', 'null'::jsonb),
      failed_execution_id = p->>'failed_execution_id',
      cancellation = nullif(p->'cancellation', 'null'::jsonb),
      state = p->'state'
    WHERE id = v_run;
  END IF;

  INSERT INTO run_event (run_id, seq, at, type, subject, subject_id, data, header)
  SELECT v_run, e.seq, e.at, e.type, e.subject, e.subject_id, e.data, e.header
  FROM jsonb_to_recordset(p->'events')
    AS e(seq int, at timestamptz, type text, subject text, subject_id text, data jsonb, header jsonb);

  INSERT INTO activity_execution AS known (
    id, run_id, key, type, name, path, iteration_id, status, seq, created_seq, attempt, attempts, inputs, outputs,
    result, error, exit, credits_used, started_at, attempt_started_at, ended_at, due_at, hint_at, token, lease_until,
    worker)
  SELECT x.id, v_run, x.key, x.type, x.name, x.path, x.iteration_id, x.status, x.seq, coalesce(x.created_seq, 0),
    x.attempt, x.attempts, x.inputs, x.outputs, x.result, x.error, x.exit, coalesce(x.credits_used, 0), x.started_at,
    x.attempt_started_at, x.ended_at, x.due_at, CASE WHEN x.status = 'PENDING' THEN clock_timestamp() END, x.token,
    CASE WHEN x.leased THEN v_lease END, x.worker
  FROM jsonb_to_recordset(p->'executions') AS x(
    id text, key text, type text, name text, path text, iteration_id text, status text, seq int, created_seq int,
    attempt int, attempts jsonb, inputs jsonb, outputs jsonb, result jsonb, error jsonb, exit text, credits_used int,
    started_at timestamptz, attempt_started_at timestamptz, ended_at timestamptz, due_at timestamptz, token text,
    leased boolean, worker text)
  ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, seq = excluded.seq, attempt = excluded.attempt, attempts = excluded.attempts,
    inputs = coalesce(excluded.inputs, known.inputs), outputs = coalesce(excluded.outputs, known.outputs),
    result = excluded.result, error = excluded.error, exit = excluded.exit, credits_used = excluded.credits_used,
    started_at = coalesce(excluded.started_at, known.started_at),
    attempt_started_at = coalesce(excluded.attempt_started_at, known.attempt_started_at),
    ended_at = excluded.ended_at, due_at = excluded.due_at, hint_at = excluded.hint_at, token = excluded.token,
    lease_until = excluded.lease_until, worker = coalesce(excluded.worker, known.worker);

  IF jsonb_array_length(p->'charges') > 0 THEN
    INSERT INTO credit_entry (execution_id, run_id, workspace_id, workflow_id, amount, at)
    SELECT c.execution_id, v_run, p->>'workspace_id', p->>'workflow_id', c.amount, v_now
    FROM jsonb_to_recordset(p->'charges') AS c(execution_id text, amount int);
    INSERT INTO credit_delta (workspace_id, execution_id, workflow_id, amount, at)
    SELECT p->>'workspace_id', c.execution_id, p->>'workflow_id', c.amount, v_now
    FROM jsonb_to_recordset(p->'charges') AS c(execution_id text, amount int);
  END IF;

  IF jsonb_array_length(p->'iterations') > 0 THEN
    INSERT INTO loop_iteration AS known (
      id, run_id, loop_id, path, index, total, item, status, seq, credits_used, started_at, ended_at, collected)
    SELECT i.id, v_run, i.loop_id, i.path, i.index, i.total, i.item, i.status, i.seq, i.credits_used, i.started_at,
      i.ended_at, i.collected
    FROM jsonb_to_recordset(p->'iterations') AS i(
      id text, loop_id text, path text, index int, total int, item jsonb, status text, seq int, credits_used int,
      started_at timestamptz, ended_at timestamptz, collected jsonb)
    ON CONFLICT (id) DO UPDATE SET
      status = excluded.status, seq = excluded.seq, credits_used = excluded.credits_used,
      started_at = excluded.started_at, ended_at = excluded.ended_at, collected = excluded.collected;
  END IF;

  IF p ? 'steps' THEN
    INSERT INTO research_question AS known (
      id, run_id, execution_id, attempt, index, total, seq, question, status, answer, empty_reason, sources, usage)
    SELECT q.id, v_run, q.execution_id, q.attempt, q.index, q.total, q.seq, q.question, q.status, q.answer,
      q.empty_reason, q.sources, q.usage
    FROM jsonb_to_recordset(p->'questions') AS q(
      id text, execution_id text, attempt int, index int, total int, seq int, question text, status text, answer text,
      empty_reason text, sources jsonb, usage jsonb)
    ON CONFLICT (id) DO UPDATE SET
      seq = excluded.seq, status = excluded.status, answer = excluded.answer, empty_reason = excluded.empty_reason,
      sources = excluded.sources, usage = excluded.usage;
    INSERT INTO research_step AS known (
      id, run_id, question_id, index, seq, kind, title, input, output, error, started_at, ended_at)
    SELECT s.id, v_run, s.question_id, s.index, s.seq, s.kind, s.title, s.input, s.output, s.error, s.started_at,
      s.ended_at
    FROM jsonb_to_recordset(p->'steps') AS s(
      id text, question_id text, index int, seq int, kind text, title text, input jsonb, output jsonb, error jsonb,
      started_at timestamptz, ended_at timestamptz)
    ON CONFLICT (id) DO UPDATE SET
      seq = excluded.seq, output = excluded.output, error = excluded.error, ended_at = excluded.ended_at;
  END IF;

  IF jsonb_array_length(p->'items') > 0 THEN
    INSERT INTO loop_item (loop_id, index, run_id, item)
    SELECT m.loop_id, m.index, v_run, m.item
    FROM jsonb_to_recordset(p->'items') AS m(loop_id text, index int, item jsonb);
  END IF;

  IF jsonb_array_length(p->'lines') > 0 THEN
    INSERT INTO log_line (execution_id, seq, run_id, at, level, message)
    SELECT l.execution_id, l.seq, v_run, l.at, l.level, l.message
    FROM jsonb_to_recordset(p->'lines') AS l(execution_id text, seq int, at timestamptz, level text, message text);
  END IF;

  IF p->>'ended_at' IS NOT NULL THEN
    INSERT INTO run_delta (run_id, workflow_id) VALUES (v_run, p->>'workflow_id');
  END IF;

  RETURN true;
END
$$
