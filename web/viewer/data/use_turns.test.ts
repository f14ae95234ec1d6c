import { describe, expect, it } from "vitest";
import type { Execution, Picture } from "../fold/picture";
import { askable } from "./use_turns";

const LOOP = { id: "exe_1", key: "each" } as Execution;

function picture(...keys: string[]): Picture {
  return { scopes: new Map([["", new Map(keys.map((key) => [key, LOOP]))]]) } as unknown as Picture;
}

describe("askable", () => {
  it("leaves out a turn whose Loop is not known yet, and has it once it is", () => {
    const view = { whole: new Set<string>(), picture: picture() };
    expect(askable(view, ["each:3", null])).toEqual([]);
    expect(askable({ ...view, picture: picture("each") }, ["each:3", null])).toEqual(["each:3"]);
  });

  it("leaves out a turn of which all is known", () => {
    expect(askable({ whole: new Set(["each:3"]), picture: picture("each") }, ["each:3", "each:4"])).toEqual(["each:4"]);
  });
});
