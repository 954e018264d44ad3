import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { discover, type Surroundings, which } from "../src/discovery";

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

const nowhere: Surroundings = {
  setting: "",
  extraArgs: [],
  python: undefined,
  ownEnvironment: path.join(home, "nothing"),
  searchPath: path.join(home, "empty"),
};

test("where nothing is installed it says so", () => {
  assert.deepEqual(discover(nowhere), { missing: "Unsorry's server is not installed." });
});

test("the setting comes first; what it names and is not there is told, and nothing else is tried", () => {
  const own = program("mine", "unsorry");
  const around = { ...nowhere, setting: own, extraArgs: ["-v"], searchPath: path.dirname(program("path", "unsorry")) };
  const origin = "the setting unsorry.server.path";
  assert.deepEqual(discover(around), { found: { command: own, args: ["serve", "-v"], origin } });
  const gone = discover({ ...around, setting: path.join(home, "gone") });
  assert.match("missing" in gone ? gone.missing : "", /unsorry\.server\.path names .*gone, which is not there/);
});

test("then the selected Python environment, our own, PATH, and uvx", () => {
  const python = program("env", "bin", "python");
  const searchPath = path.dirname(program("tools", "uvx"));
  const around = { ...nowhere, python, ownEnvironment: path.join(home, "own"), searchPath };
  const origins = ["uvx"];
  const origin = (): string => {
    const discovery = discover(around);
    return "found" in discovery ? discovery.found.origin : discovery.missing;
  };
  assert.equal(origin(), origins[0]);
  program("tools", "unsorry");
  assert.equal(origin(), "PATH");
  program("own", "bin", "unsorry");
  assert.equal(origin(), "the extension's own environment");
  program("env", "bin", "unsorry");
  assert.equal(origin(), "the selected Python environment");
});

test("uvx does not read the folder's own configuration", () => {
  const searchPath = path.dirname(program("uv", "uvx"));
  const discovery = discover({ ...nowhere, searchPath });
  assert.deepEqual("found" in discovery && discovery.found.args, ["--no-config", "unsorry", "serve"]);
});

test("relative parts of PATH, directories and files that cannot be run are passed over", () => {
  program("here", "unsorry");
  fs.mkdirSync(path.join(home, "folder", "unsorry"), { recursive: true });
  fs.writeFileSync(path.join(home, "plain"), "");
  const searched = [path.relative(process.cwd(), path.join(home, "here")), "", path.join(home, "folder")];
  assert.equal(which("unsorry", searched.join(path.delimiter)), undefined);
  assert.equal(which("plain", home), undefined);
});
