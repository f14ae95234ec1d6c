import { CalendarClock, Database, DatabaseZap, Hand, MousePointerClick, Webhook, type LucideIcon } from "lucide-react";
import type { TriggerType } from "../api/graphql";

/** Every kind of trigger as people read it. */
export const TRIGGERS: Record<TriggerType, { label: string; icon: LucideIcon }> = {
  MANUAL: { label: "Started by hand", icon: Hand },
  RECORD_COMMAND: { label: "Started for a record", icon: MousePointerClick },
  RECORD_CREATED: { label: "A record is created", icon: Database },
  RECORD_UPDATED: { label: "A record is updated", icon: DatabaseZap },
  WEBHOOK: { label: "A webhook is called", icon: Webhook },
  SCHEDULE: { label: "On a schedule", icon: CalendarClock },
};
