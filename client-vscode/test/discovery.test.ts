import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { discover, which } from "../src/discovery";

const home = fs.mkdtempSync(path.join(os.tmpdir(), "unsorry-discovery-"));
after(() => {
  fs.rmSync(home, { recursive: true });
});

function program(...parts: string[]): string {
  const file = path.join(home, ...parts);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });
  return file;
}

test("where nothing is installed there is no server", () => {
  assert.deepEqual(discover("", path.join(home, "empty")), []);
});

test("the setting comes first; where it names what is not there, nothing else is tried", () => {
  const own = program("mine", "unsorry");
  const searchPath = path.dirname(program("path", "unsorry"));
  assert.deepEqual(discover(own, searchPath), [own]);
  assert.deepEqual(discover("unsorry", searchPath), [path.join(searchPath, "unsorry")]);
  assert.deepEqual(discover(path.join(home, "gone"), searchPath), []);
});

test("the setting may begin with the user's own folder", () => {
  const tilde = `~/${path.relative(os.homedir(), program("mine", "unsorry"))}`;
  assert.deepEqual(discover(tilde, home), [path.join(home, "mine", "unsorry")]);
});

test("then the search path, from its beginning, and uvx last, which does not read the folder's own configuration", () => {
  const uvx = program("tools", "uvx");
  const searchPath = [path.join(home, "env"), path.join(home, "tools")].join(path.delimiter);
  assert.deepEqual(discover("", searchPath), [uvx, "--no-config", "unsorry"]);
  const onPath = program("tools", "unsorry");
  assert.deepEqual(discover("", searchPath), [onPath]);
  const inEnvironment = program("env", "unsorry");
  assert.deepEqual(discover("", searchPath), [inEnvironment]);
});

test("relative parts of PATH, directories and files that cannot be run are passed over", () => {
  program("here", "unsorry");
  fs.mkdirSync(path.join(home, "folder", "unsorry"), { recursive: true });
  fs.writeFileSync(path.join(home, "plain"), "");
  const searched = [path.relative(process.cwd(), path.join(home, "here")), "", path.join(home, "folder")];
  assert.equal(which("unsorry", searched.join(path.delimiter)), undefined);
  assert.equal(which("plain", home), undefined);
});
