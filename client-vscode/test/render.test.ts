import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health, Hole } from "../src/protocol";
import { duration, healthLine, renderHole, renderNothing } from "../src/render";

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
  provers: [
    {
      prover: "rocq",
      state: "degraded",
      reason: "it ended by itself",
      version: "8.16.1",
      attempts: 8,
      successRate: 0.625,
      medianSeconds: 0.0381,
      p95Seconds: 1.26,
      queued: 2,
      breakerOpen: true,
      alerts: [{ level: "WARNING", code: "failing", message: "many attempts fail" }],
      remedy: "fewer at once",
    },
    {
      prover: "agda",
      state: "unknown",
      reason: null,
      version: "",
      attempts: 0,
      successRate: null,
      medianSeconds: null,
      p95Seconds: null,
      queued: 0,
      breakerOpen: false,
    },
  ],
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
  assert.ok(html.includes("rocq 8.16.1 is degraded") && !html.includes("agda"));
});

test("health in words leaves out what is not known", () => {
  const [rocq, agda] = HEALTH.provers;
  assert.ok(rocq && agda);
  assert.equal(
    healthLine(rocq),
    "rocq 8.16.1 is degraded; it ended by itself; 63% of 8 attempts succeeded; median 38 ms, p95 1.3 s; " +
      "2 in the queue; left alone for a while after failures; many attempts fail; fewer at once",
  );
  assert.equal(healthLine(agda), "agda is unknown");
});

test("times are never none at all", () => {
  assert.deepEqual([0, 0.5, 0.9996, 12.34].map(duration), ["1 ms", "500 ms", "1.0 s", "12.3 s"]);
});
