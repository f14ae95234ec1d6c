import { BookOpen, Brain, ExternalLink, MessageSquareQuote, Search, SearchX, type LucideIcon } from "lucide-react";
import type { QuestionCopyFragment, ResearchQuestionStatus, ResearchStepKind } from "../api/graphql";
import { JsonView } from "../json/JsonView";
import { credits, plural } from "../ui/format";
import { Section } from "../ui/Section";
import { StateIcon, StatePill } from "../ui/StatePill";
import type { State } from "../ui/states";
import { Duration } from "../ui/Time";
import styles from "./Research.module.css";

type Question = QuestionCopyFragment;
type Step = Question["steps"][number];

const STATES: Record<ResearchQuestionStatus, State> = {
  PENDING: "PENDING",
  RUNNING: "RUNNING",
  ANSWERED: "COMPLETED",
  NOT_FOUND: "SKIPPED",
  FAILED: "FAILED",
  CANCELED: "CANCELED",
};

const WHY: Readonly<Record<string, string>> = {
  NOT_FOUND: "nothing that was read answers it",
  CONFLICTING: "the sources contradict each other",
  BLOCKED: "the pages could not be read",
  BUDGET: "the steps that it may take ran out first",
  TOOL_ERROR: "what it works with failed",
};

const KINDS: Record<ResearchStepKind, { icon: LucideIcon; label: string }> = {
  SEARCH: { icon: Search, label: "Search" },
  READ_PAGE: { icon: BookOpen, label: "Read" },
  THINK: { icon: Brain, label: "Think" },
  ANSWER: { icon: MessageSquareQuote, label: "Answer" },
};

/** Each question with its answer, where that comes from, and what the agent did for it. */
export function Research({ questions }: { questions: readonly Question[] }) {
  const answered = questions.filter((question) => question.status === "ANSWERED").length;
  return (
    <Section title="Research" aside={<span className={styles.note}>{`${answered} of ${plural(questions.length, "question")} answered`}</span>}>
      <ol className={styles.questions}>
        {questions.map((question) => (
          <QuestionView key={question.id} question={question} />
        ))}
      </ol>
    </Section>
  );
}

function QuestionView({ question }: { question: Question }) {
  const { status, answer, steps } = question;
  const over = status !== "PENDING" && status !== "RUNNING";
  return (
    <li className={styles.question}>
      <header>
        <StateIcon state={STATES[status]} size={15} labeled />
        <h4>{question.question}</h4>
      </header>
      {answer !== null && <p className={styles.answer}>{answer}</p>}
      {status === "NOT_FOUND" && (
        <p className={styles.none}>
          <SearchX size={14} aria-hidden /> No answer found: {WHY[question.emptyReason ?? ""] ?? "nobody said why"}.
        </p>
      )}
      {(status === "RUNNING" || status === "PENDING") && <StatePill state={STATES[status]} quiet />}
      {question.sources.length > 0 && (
        <ul className={styles.sources} aria-label="Sources">
          {question.sources.map((source) => (
            <Source key={`${source.url} ${source.quote ?? ""}`} source={source} />
          ))}
        </ul>
      )}
      {steps.length > 0 && (
        <details open={!over} className={styles.trace}>
          <summary>
            {plural(steps.length, "step")} · {credits(question.creditsUsed)}
          </summary>
          <ol className={styles.steps}>
            {steps.map((step) => (
              <StepView key={step.id} step={step} />
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

function Source({ source }: { source: Question["sources"][number] }) {
  const web = /^https?:\/\//.test(source.url);
  return (
    <li>
      {web ? (
        <a href={source.url} target="_blank" rel="noreferrer noopener">
          {source.title ?? source.url} <ExternalLink size={11} aria-label="opens in a new tab" />
        </a>
      ) : (
        <code>{source.title ?? source.url}</code>
      )}
      {source.quote && <q>{source.quote}</q>}
    </li>
  );
}

function StepView({ step }: { step: Step }) {
  const { icon: Icon, label } = KINDS[step.kind];
  return (
    <li className={step.endedAt ? styles.step : styles.busy}>
      <span className={styles.dot}>
        <Icon size={12} role="img" aria-label={label} />
      </span>
      <div>
        <p>
          <span>{step.title}</span>
          <small>
            <Duration start={step.startedAt} end={step.endedAt} />
          </small>
        </p>
        {step.error && <p className={styles.error}>{step.error.message}</p>}
        {(step.input !== null || step.output !== null) && (
          <details>
            <summary>Details</summary>
            <JsonView value={{ input: step.input, output: step.output }} label={`step ${step.index}`} />
          </details>
        )}
      </div>
    </li>
  );
}
