/** Where the server is: the setting, the selected Python environment, our own environment, PATH, or uvx.
 *
 * Files are looked at, nothing is run. What a folder brings along is not looked at unless the folder is trusted.
 */

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export interface Command {
  command: string;
  args: string[];
  origin: string;
}

export interface Surroundings {
  /** The setting `unsorry.server.path`; empty: look for it. */
  setting: string;
  extraArgs: readonly string[];
  /** The interpreter that is selected in the Python extension, where that may be used. */
  python: string | undefined;
  /** The environment that "Install" makes. */
  ownEnvironment: string;
  searchPath: string;
}

export type Discovery = { found: Command } | { missing: string };

const WINDOWS = process.platform === "win32";

export function discover(around: Surroundings): Discovery {
  const found = (command: string, origin: string, before: string[] = []): Discovery => ({
    found: { command, args: [...before, "serve", ...around.extraArgs], origin },
  });
  if (around.setting !== "") {
    const named = around.setting.replace(/^~(?=[/\\])/, os.homedir());
    const program = path.isAbsolute(named) ? existing(named) : which(named, around.searchPath);
    return program === undefined
      ? { missing: `The setting unsorry.server.path names ${around.setting}, which is not there.` }
      : found(program, "the setting unsorry.server.path");
  }
  const places = [
    { folders: around.python === undefined ? "" : path.dirname(around.python), origin: "the selected Python environment" },
    { folders: binaries(around.ownEnvironment), origin: "the extension's own environment" },
    { folders: around.searchPath, origin: "PATH" },
  ];
  for (const { folders, origin } of places) {
    const program = which("unsorry", folders);
    if (program !== undefined) {
      return found(program, origin);
    }
  }
  const uvx = which("uvx", around.searchPath);
  // A project's uv settings may name other sources for packages; --no-config passes them over.
  return uvx === undefined
    ? { missing: "Unsorry's server is not installed." }
    : found(uvx, "uvx", ["--no-config", "unsorry"]);
}

/** The folder of an environment that holds its programs. */
export function binaries(environment: string): string {
  return path.join(environment, WINDOWS ? "Scripts" : "bin");
}

/** A program on a search path; relative parts of it are passed over, since they depend on the folder that is open. */
export function which(name: string, searchPath: string): string | undefined {
  for (const folder of searchPath.split(path.delimiter)) {
    const program = path.isAbsolute(folder) ? existing(path.join(folder, WINDOWS ? `${name}.exe` : name)) : undefined;
    if (program !== undefined) {
      return program;
    }
  }
  return undefined;
}

function existing(file: string): string | undefined {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined; // not there, or not to be run: the next place is looked at
  }
}
