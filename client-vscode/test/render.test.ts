import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health, Hole } from "../src/protocol";
import { healthLines, renderHole, renderNothing } from "../src/render";

const HOLE: Hole = {
  id: "1",
  uri: "file:///w/A.v",
  declaration: "swap<b>",
  range: { start: { line: 1, character: 0 }, end: { line: 1, character: 9 } },
  status: "proved",
  proving: false,
  goals: ["P : Prop\n====\n<script>alert(1)</script> & Q"],
  proof: 'exact "x".',
  alternatives: ["auto."],
  prover: "rocq",
  tried: ["micro proved it (3 candidates, 12 ms)"],
  message: null,
  language: "rocq",
};
const HEALTH: Health = {
  trusted: true,
  provers: [{ prover: "rocq", summary: "Rocq 8.16.1 is degraded; it ended by itself" }, { prover: "agda" }],
};

test("nothing that comes from a proof file is markup", () => {
  const html = renderHole(HOLE, HEALTH);
  assert.ok(!html.includes("<script>") && !html.includes("swap<b>") && !html.includes('exact "x"'));
  assert.ok(html.includes("&#60;script&#62;alert(1)&#60;/script&#62; &#38; Q"));
  assert.equal(renderNothing("<i>"), '<p class="quiet">&#60;i&#62;</p>');
});

test("each proof can be inserted, and a screen reader can tell the buttons apart", () => {
  const html = renderHole(HOLE, HEALTH);
  assert.match(html, /data-proof="0" aria-label="Insert this proof"/);
  assert.match(html, /data-proof="1" aria-label="Insert alternative 1"/);
  assert.ok(!html.includes('data-action="prove"'));
});

test("an open hole can be proved, one that is searched can be stopped", () => {
  const open: Hole = { ...HOLE, status: "open", proof: null, alternatives: [] };
  assert.match(renderHole(open, HEALTH), /data-action="prove"/);
  assert.match(renderHole({ ...open, proving: true }, HEALTH), /data-action="cancel"/);
});

test("no proving is offered where no prover may run", () => {
  const open: Hole = { ...HOLE, status: "open", proof: null, alternatives: [] };
  const html = renderHole(open, { ...HEALTH, trusted: false });
  assert.ok(!html.includes("data-action") && html.includes("not trusted"));
});

test("only the health of the prover concerned is shown", () => {
  const html = renderHole(HOLE, HEALTH);
  assert.ok(html.includes("Rocq 8.16.1 is degraded") && !html.includes("agda"));
});

test("an early server gives no health in words: the prover's name has to do", () => {
  assert.deepEqual(healthLines(HEALTH), ["Rocq 8.16.1 is degraded; it ended by itself", "agda"]);
  assert.deepEqual(healthLines(undefined), []);
});
