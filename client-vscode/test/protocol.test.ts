import assert from "node:assert/strict";
import { test } from "node:test";
import { isProofFile } from "../src/protocol";

function document(languageId: string, path: string): { languageId: string; uri: { path: string } } {
  return { languageId, uri: { path } };
}

test("a proof file is known by its language or by its name; Verilog shares a suffix and is none", () => {
  assert.ok(isProofFile(document("lean4", "/w/x")));
  assert.ok(isProofFile(document("plaintext", "/w/A.v")));
  assert.ok(isProofFile(document("markdown", "/w/A.lagda.md")));
  assert.ok(!isProofFile(document("verilog", "/w/chip.v")));
  assert.ok(!isProofFile(document("markdown", "/w/notes.md")));
  assert.ok(!isProofFile(document("plaintext", "/w/rev")));
});
