/** Every state that a run, an execution, a turn or a workflow can be in: one word, one icon, one tone. */

import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleSlash,
  Clock,
  Hourglass,
  LoaderCircle,
  Pencil,
  Archive,
  Radio,
  RotateCw,
  type LucideIcon,
} from "lucide-react";
import type {
  ActivityExecutionStatus,
  LoopIterationStatus,
  RunGraphState,
  RunStatus,
  WorkflowStatus,
} from "../api/graphql";

export type State = RunStatus | ActivityExecutionStatus | LoopIterationStatus | RunGraphState | WorkflowStatus;
export type Tone = "good" | "bad" | "busy" | "wait" | "calm";

export interface Look {
  label: string;
  tone: Tone;
  icon: LucideIcon;
  /** Whether the icon turns: something is under way. */
  moves?: boolean;
}

export const LOOKS: Record<State, Look> = {
  QUEUED: { label: "Queued", tone: "calm", icon: CircleDashed },
  PENDING: { label: "Pending", tone: "calm", icon: CircleDashed },
  NOT_REACHED: { label: "Not reached", tone: "calm", icon: CircleDot },
  RUNNING: { label: "Running", tone: "busy", icon: LoaderCircle, moves: true },
  WAITING: { label: "Waiting", tone: "wait", icon: Clock },
  RETRYING: { label: "Retrying", tone: "wait", icon: RotateCw },
  CANCELING: { label: "Canceling", tone: "wait", icon: Hourglass },
  COMPLETED: { label: "Completed", tone: "good", icon: CircleCheck },
  FAILED: { label: "Failed", tone: "bad", icon: CircleAlert },
  CANCELED: { label: "Canceled", tone: "calm", icon: Ban },
  SKIPPED: { label: "Skipped", tone: "calm", icon: CircleSlash },
  DRAFT: { label: "Draft", tone: "calm", icon: Pencil },
  LIVE: { label: "Live", tone: "good", icon: Radio },
  PAUSED: { label: "Paused", tone: "wait", icon: CirclePause },
  ARCHIVED: { label: "Archived", tone: "calm", icon: Archive },
};
