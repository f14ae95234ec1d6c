/** The form that starts a run, made from the inputs that the trigger declares. Pure. */

export type InputType = "text" | "number" | "boolean" | "date" | "list" | "object";

export interface Input {
  name: string;
  type: InputType;
  required: boolean;
  fallback: unknown;
}

/** What a person wrote, as text; a boolean as "true" or "". */
export type Draft = Readonly<Record<string, string>>;

const TYPES: readonly string[] = ["text", "number", "boolean", "date", "list", "object"];

/** Gives the inputs of a MANUAL trigger, in its order. */
export function inputsOf(config: unknown): Input[] {
  const declared = (config as { inputs?: Record<string, { type?: string; required?: boolean; default?: unknown }> } | null)?.inputs;
  return Object.entries(declared ?? {}).map(([name, { type = "text", required = false, default: fallback }]) => ({
    name,
    type: (TYPES.includes(type) ? type : "text") as InputType,
    required: required && fallback === undefined,
    fallback,
  }));
}

/** Gives what the form begins with. */
export function begin(inputs: readonly Input[]): Record<string, string> {
  return Object.fromEntries(inputs.map(({ name, fallback }) => [name, written(fallback)]));
}

function written(value: unknown): string {
  if (value === undefined || value === null || value === false) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, typeof value === "object" ? 2 : 0);
}

/** Gives the payload, or what is wrong with it by the input's name. */
export function payloadOf(inputs: readonly Input[], draft: Draft): { payload: Record<string, unknown> } | { faults: Record<string, string> } {
  const payload: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  for (const input of inputs) {
    const text = (draft[input.name] ?? "").trim();
    if (text === "" && input.type !== "boolean") {
      if (input.required) faults[input.name] = "It is required";
      continue;
    }
    const read = valueOf(input.type, text);
    if ("fault" in read) faults[input.name] = read.fault;
    else payload[input.name] = read.value;
  }
  return Object.keys(faults).length > 0 ? { faults } : { payload };
}

function valueOf(type: InputType, text: string): { value: unknown } | { fault: string } {
  switch (type) {
    case "text":
    case "date":
      return { value: text };
    case "boolean":
      return { value: text === "true" };
    case "number":
      return Number.isFinite(Number(text)) ? { value: Number(text) } : { fault: `“${text}” is no number` };
    case "list":
    case "object":
      return json(type, text);
  }
}

function json(type: "list" | "object", text: string): { value: unknown } | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const fits = type === "list" ? Array.isArray(value) : value !== null && typeof value === "object" && !Array.isArray(value);
  return fits ? { value } : { fault: type === "list" ? "It takes a list: [ … ]" : "It takes an object: { … }" };
}
