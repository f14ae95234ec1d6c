import { Check, CornerDownRight, Minus, X } from "lucide-react";
import { short } from "./short";
import type { ResultCopyFragment } from "../api/graphql";
import styles from "./Activity.module.css";

type BranchResult = Extract<NonNullable<ResultCopyFragment["result"]>, { __typename: "BranchResult" }>;
type Case = BranchResult["cases"][number];
type Verdict = Case["conditions"][number];

/** Which way it went, and why: each condition as written, with its operands as they were and its verdict. */
export function Branch({ result, filter }: { result: BranchResult; filter: boolean }) {
  return (
    <div className={styles.branch}>
      <p className={styles.way}>
        <CornerDownRight size={15} aria-hidden />
        {result.exit === null ? (
          <span>It stopped here: the conditions do not hold.</span>
        ) : filter ? (
          <span>It went on: the conditions hold.</span>
        ) : (
          <span>
            It went <strong>{result.exit}</strong>
          </span>
        )}
      </p>
      {result.cases.map((one) => (
        <CaseView key={one.exit} one={one} many={result.cases.length > 1} />
      ))}
    </div>
  );
}

function CaseView({ one, many }: { one: Case; many: boolean }) {
  return (
    <div className={styles.case}>
      <p className={styles.caseHead}>
        {many && <code>{one.exit}</code>}
        <span>{one.match === "all" ? "All of these" : "Any of these"}</span>
        <Holds holds={one.matched ?? null} yes="held" no="did not hold" never="not looked at" />
      </p>
      <ul>
        {one.conditions.map((verdict) => (
          <VerdictView key={verdict.path} verdict={verdict} />
        ))}
      </ul>
    </div>
  );
}

function VerdictView({ verdict }: { verdict: Verdict }) {
  const { left, operator, right, leftValue, rightValue, holds, evaluated } = verdict;
  const unary = right === null;
  return (
    <li className={evaluated ? styles.verdict : styles.passed}>
      <Holds holds={holds ?? null} yes="holds" no="does not hold" never="was not evaluated" iconOnly />
      <div>
        <p className={styles.values}>
          {evaluated ? <Operand value={leftValue} /> : <code>{left}</code>} <em>{operator.replaceAll("_", " ")}</em>{" "}
          {!unary && (evaluated ? <Operand value={rightValue} /> : <code>{right}</code>)}
        </p>
        {evaluated && (
          <p className={styles.written}>
            <code>{left}</code> {operator} {!unary && <code>{right}</code>}
          </p>
        )}
      </div>
    </li>
  );
}

function Operand({ value }: { value: unknown }) {
  return <b title={JSON.stringify(value)}>{short(value)}</b>;
}

function Holds({
  holds,
  yes,
  no,
  never,
  iconOnly = false,
}: {
  holds: boolean | null;
  yes: string;
  no: string;
  never: string;
  iconOnly?: boolean;
}) {
  const [Icon, text, tone] = holds === null ? [Minus, never, styles.never] : holds ? [Check, yes, styles.yes] : [X, no, styles.no];
  return (
    <span className={tone}>
      <Icon size={13} strokeWidth={2.6} {...(iconOnly ? { role: "img", "aria-label": text } : { "aria-hidden": true })} />
      {!iconOnly && text}
    </span>
  );
}
