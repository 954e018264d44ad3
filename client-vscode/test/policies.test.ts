import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, Restarts } from "../src/policies";
import { isProofFile } from "../src/protocol";

function document(languageId: string, path: string): { languageId: string; uri: { path: string } } {
  return { languageId, uri: { path } };
}

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

test("versions fit within one series; anything strange counts as old", () => {
  const fit = (client: string, server?: string): number => Math.sign(compareVersions(client, server));
  assert.equal(fit("1.4.0", "1.2.9"), 0);
  assert.equal(fit("0.2.0", "0.2.7"), 0);
  assert.equal(fit("0.2.0", "0.1.9"), -1);
  assert.equal(fit("0.2.0", "0.3.0"), 1);
  assert.equal(fit("1.0.0", "2.0.0rc1"), 1);
  assert.equal(fit("1.0.0", undefined), -1);
  assert.equal(fit("0.1.0", "strange"), -1);
});

test("a proof file is known by its language or by its name; Verilog shares a suffix and is none", () => {
  assert.ok(isProofFile(document("lean4", "/w/x")));
  assert.ok(isProofFile(document("plaintext", "/w/A.v")));
  assert.ok(isProofFile(document("markdown", "/w/A.lagda.md")));
  assert.ok(!isProofFile(document("verilog", "/w/chip.v")));
  assert.ok(!isProofFile(document("markdown", "/w/notes.md")));
  assert.ok(!isProofFile(document("plaintext", "/w/rev")));
});
