/** What is shown waits while somebody types, and no longer than that. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Quiet } from "../src/quiet";

const A = "file:///a.v";
let shown: string[] = [];
let quiet: Quiet;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  shown = [];
  quiet = new Quiet();
});

function show(what: string, uri: string | undefined = A, kind = "diagnostics"): void {
  quiet.show(uri, kind, () => shown.push(what));
}

function type(keys: number, pause = 100): void {
  for (let key = 0; key < keys; key++) {
    quiet.edited(A);
    mock.timers.tick(pause);
  }
}

test("where nobody types, and after a single edit, all is shown at once", () => {
  show("opened");
  quiet.edited(A);
  show("edited");
  assert.deepEqual(shown, ["opened", "edited"]);
});

test("while somebody types nothing is shown; then the newest of each kind", () => {
  type(3);
  show("old");
  show("new");
  show("counts", A, "status");
  assert.deepEqual(shown, []);
  mock.timers.tick(200);
  assert.deepEqual(shown, ["new", "counts"]);
  show("later");
  assert.deepEqual(shown, ["new", "counts", "later"]);
});

test("who goes on typing sees what is new every two seconds", () => {
  type(2);
  show("first");
  type(19);
  assert.deepEqual(shown, []);
  type(2);
  assert.deepEqual(shown, ["first"]);
  show("second");
  assert.deepEqual(shown, ["first"]);
  type(21);
  assert.deepEqual(shown, ["first", "second"]);
});

test("other documents are not waited for; what concerns all of them waits for each", () => {
  type(3);
  show("other", "file:///b.v");
  quiet.show(undefined, "lenses", () => shown.push("lenses"));
  assert.deepEqual(shown, ["other"]);
  mock.timers.tick(300);
  assert.deepEqual(shown, ["other", "lenses"]);
});

test("what was held is forgotten with the server that said it", () => {
  type(3);
  show("held");
  quiet.clear();
  mock.timers.tick(5000);
  assert.deepEqual(shown, []);
});
