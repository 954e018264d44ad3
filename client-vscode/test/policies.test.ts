import assert from "node:assert/strict";
import { test } from "node:test";
import { isProofFile } from "../src/protocol";
import { Restarts } from "../src/restarts";
import { forServer, serverName } from "../src/settings";
import { compareVersions } from "../src/versions";

test("a server that ends is started again soon, then later, then not at all", () => {
  const restarts = new Restarts();
  const delays = [0, 1_000, 4_000, 14_000].map((now) => restarts.after(now));
  assert.deepEqual(delays, [500, 2_000, 8_000, undefined]);
  assert.equal(restarts.count, 4);
});

test("what is long past does not count, nor what was before the user asked for a start", () => {
  const restarts = new Restarts();
  assert.equal(restarts.after(0), 500);
  assert.equal(restarts.after(200_000), 500);
  restarts.forget();
  assert.equal(restarts.after(200_001), 500);
});

test("only what somebody has set goes to the server, under its own names", () => {
  const set: Record<string, unknown> = {
    "editor.proveOnOpen": false,
    "search.idleSeconds": 30,
    "provers.lean4.memoryMb": 4096,
  };
  assert.deepEqual(
    forServer([...Object.keys(set), "search.budget"], (key) => set[key]),
    { editor: { prove_on_open: false }, search: { idle_seconds: 30 }, provers: { lean4: { memory_mb: 4096 } } },
  );
  assert.equal(serverName("severityOpenGoal"), "severity_open_goal");
});

test("versions fit within one series; anything strange counts as old", () => {
  assert.equal(compareVersions("1.4.0", "1.2.9"), "same");
  assert.equal(compareVersions("0.2.0", "0.2.7"), "same");
  assert.equal(compareVersions("0.2.0", "0.1.9"), "server-old");
  assert.equal(compareVersions("0.2.0", "0.3.0"), "server-new");
  assert.equal(compareVersions("1.0.0", "2.0.0rc1"), "server-new");
  assert.equal(compareVersions("1.0.0", undefined), "server-old");
});

test("a proof file is known by its language or by its name; Verilog shares a suffix and is none", () => {
  assert.ok(isProofFile("lean4", "/w/x"));
  assert.ok(isProofFile("plaintext", "/w/A.v"));
  assert.ok(isProofFile("markdown", "/w/A.lagda.md"));
  assert.ok(!isProofFile("verilog", "/w/chip.v"));
  assert.ok(!isProofFile("markdown", "/w/notes.md"));
  assert.ok(!isProofFile("plaintext", "/w/rev"));
});
