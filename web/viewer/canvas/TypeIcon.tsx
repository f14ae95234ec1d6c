import {
  Braces,
  CalendarClock,
  CalendarPlus,
  Dices,
  FilePen,
  FilePlus,
  Files,
  FileSearch,
  Filter,
  GitBranch,
  Globe,
  Repeat,
  Sigma,
  Sparkles,
  Split,
  SquareFunction,
  Tags,
  Telescope,
  TextQuote,
  Timer,
  UsersRound,
  Box,
  type LucideIcon,
  type LucideProps,
} from "lucide-react";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  if_else: GitBranch,
  switch: Split,
  filter: Filter,
  delay: Timer,
  delay_until: CalendarClock,
  loop: Repeat,
  formula: SquareFunction,
  aggregate: Sigma,
  adjust_time: CalendarPlus,
  random_number: Dices,
  parse_json: Braces,
  round_robin: UsersRound,
  create_record: FilePlus,
  update_record: FilePen,
  create_or_update_record: Files,
  find_records: FileSearch,
  http_request: Globe,
  research_record: Telescope,
  classify: Tags,
  summarize: TextQuote,
  prompt_completion: Sparkles,
};

/** The icon of an activity type; one that the viewer does not know yet is a box. */
export function TypeIcon({ type, ...rest }: { type: string } & LucideProps) {
  const Icon: LucideIcon = ICONS[type] ?? Box;
  return <Icon aria-hidden {...rest} />;
}

/** Gives a type as people read it: "create_or_update_record" is "Create or update record". */
export function typeName(type: string): string {
  const text = type.replaceAll("_", " ");
  if (type === "if_else") return "If / else";
  if (type === "http_request") return "HTTP request";
  if (type === "parse_json") return "Parse JSON";
  return text.charAt(0).toUpperCase() + text.slice(1);
}
