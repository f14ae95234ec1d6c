import { expect, test } from "vitest";
import { begin, inputsOf, payloadOf } from "./form";

const INPUTS = inputsOf({
  inputs: {
    name: { type: "text", required: true },
    size: { type: "number", default: 5 },
    loud: { type: "boolean" },
    tags: { type: "list", default: ["a"] },
    more: { type: "object" },
    on: { type: "date" },
  },
});

test("the form begins with the defaults", () => {
  expect(begin(INPUTS)).toEqual({ name: "", size: "5", loud: "", tags: '[\n  "a"\n]', more: "", on: "" });
});

test("what is written becomes the payload, and what is left empty is left out", () => {
  const draft = { name: " Ann ", size: "2.5", loud: "true", tags: "[1]", more: '{"a": 1}', on: "2026-11-22" };
  expect(payloadOf(INPUTS, draft)).toEqual({
    payload: { name: "Ann", size: 2.5, loud: true, tags: [1], more: { a: 1 }, on: "2026-11-22" },
  });
  expect(payloadOf(INPUTS, { name: "Ann" })).toEqual({ payload: { name: "Ann", loud: false } });
});

test("each fault is told at its input, all at once", () => {
  const found = payloadOf(INPUTS, { name: " ", size: "many", tags: "{}", more: "[", on: "" });
  expect(found).toMatchObject({
    faults: { name: "It is required", size: "“many” is no number", tags: "It takes a list: [ … ]" },
  });
  expect("faults" in found && found.faults.more).toMatch(/^This is no JSON: /);
});

test("a trigger without inputs has an empty form", () => {
  for (const config of [{}, null, { inputs: {} }]) expect(payloadOf(inputsOf(config), {})).toEqual({ payload: {} });
});
