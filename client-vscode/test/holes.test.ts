import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbour, type State, summary } from "../src/holes";

function hole(line: number, character: number, state: State = "open"): {
  id: string;
  state: State;
  range: { start: { line: number; character: number } };
} {
  return { id: `${line}:${character}`, state, range: { start: { line, character } } };
}

const HOLES = [hole(3, 4), hole(3, 20), hole(8, 2)];
const at = (line: number, character = 0): { line: number; character: number } => ({ line, character });

test("a summary counts in a fixed order and leaves out what there is none of", () => {
  assert.equal(summary([hole(1, 1), hole(2, 1, "proved"), hole(3, 1)]), "1 proved, 2 open");
  assert.equal(summary([]), "");
});

test("next and previous go in the order of the text and around its ends", () => {
  assert.equal(neighbour(HOLES, at(0), 1)?.id, "3:4");
  assert.equal(neighbour(HOLES, at(3, 4), 1)?.id, "3:20");
  assert.equal(neighbour(HOLES, at(8, 2), 1)?.id, "3:4");
  assert.equal(neighbour(HOLES, at(8, 2), -1)?.id, "3:20");
  assert.equal(neighbour(HOLES, at(3, 4), -1)?.id, "8:2");
  assert.equal(neighbour(HOLES.slice(3), at(0), 1), undefined);
});
