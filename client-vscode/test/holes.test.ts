import assert from "node:assert/strict";
import { test } from "node:test";
import { label, nearest, neighbour, shorten, standing, summary, whole } from "../src/holes";
import type { Hole, Status } from "../src/protocol";

function hole(line: number, character: number, status: Status = "open", more: Partial<Hole> = {}): Hole {
  return {
    id: `${line}:${character}`,
    uri: "file:///w/A.v",
    declaration: `at_${line}`,
    range: { start: { line, character }, end: { line, character: character + 5 } },
    status,
    proving: false,
    goals: [],
    proof: null,
    alternatives: [],
    prover: null,
    tried: [],
    message: null,
    language: "rocq",
    ...more,
  };
}

const HOLES = [hole(8, 2), hole(3, 4), hole(3, 20)];
const at = (line: number, character = 0): { line: number; character: number } => ({ line, character });

test("a hole that is being searched is told as such, whatever else is known of it", () => {
  assert.equal(standing(hole(1, 1, "open", { proving: true })), "proving");
  assert.equal(standing(hole(1, 1, "refuted")), "refuted");
});

test("a summary counts in a fixed order and leaves out what there is none of", () => {
  assert.equal(summary([hole(1, 1), hole(2, 1, "proved"), hole(3, 1)]), "1 proved, 2 open");
  assert.equal(summary([]), "");
});

test("the hole that is meant is the one at the cursor, else the nearest by lines", () => {
  assert.equal(nearest(HOLES, at(3, 22))?.id, "3:20");
  assert.equal(nearest(HOLES, at(3, 9))?.id, "3:4");
  assert.equal(nearest(HOLES, at(0))?.id, "3:4");
  assert.equal(nearest(HOLES, at(7))?.id, "8:2");
  assert.equal(nearest(HOLES, at(99))?.id, "8:2");
  assert.equal(nearest([], at(1)), undefined);
});

test("next and previous go in the order of the text and around its ends", () => {
  assert.equal(neighbour(HOLES, at(0), 1)?.id, "3:4");
  assert.equal(neighbour(HOLES, at(3, 4), 1)?.id, "3:20");
  assert.equal(neighbour(HOLES, at(8, 2), 1)?.id, "3:4");
  assert.equal(neighbour(HOLES, at(8, 2), -1)?.id, "3:20");
  assert.equal(neighbour(HOLES, at(3, 4), -1)?.id, "8:2");
  assert.equal(neighbour([], at(0), 1), undefined);
});

test("a hole outside any declaration is called by its line, counted from 1", () => {
  assert.equal(label(hole(4, 0, "open", { declaration: null })), "line 5");
});

test("long texts are cut, and stand on one line", () => {
  assert.equal(shorten("intros.\n  lia."), "intros. lia.");
  assert.equal(shorten("abcdef", 4), "abc…");
});

test("an early server names a hole's file and not its address; the hole can be opened all the same", () => {
  const { id, range, status, declaration, language, proof, alternatives, prover, message } = hole(1, 2);
  const told = { id, range, status, declaration, language, proof, alternatives, prover, message };
  const { uri, proving, goals, tried } = whole({ ...told, file: "/w/é b.v" });
  assert.deepEqual({ uri, proving, goals, tried }, { uri: "file:///w/%C3%A9%20b.v", proving: false, goals: [], tried: [] });
  assert.equal(whole({ ...told, file: "/w/A.v", uri: "file:///elsewhere.v", proving: true }).uri, "file:///elsewhere.v");
});
