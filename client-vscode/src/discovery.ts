/** Where the server is: what the setting names, else `unsorry` on the search path, else uvx. Nothing is run. */

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** The server's program and its first arguments; none where it is not there. `setting` may be empty. */
export function discover(setting: string, searchPath: string): string[] {
  const unsorry = which(setting.replace(/^~(?=\/)/, os.homedir()) || "unsorry", searchPath);
  const uvx = setting === "" ? which("uvx", searchPath) : undefined;
  // A project's uv settings may name other sources for packages; --no-config passes them over.
  return unsorry !== undefined ? [unsorry] : uvx !== undefined ? [uvx, "--no-config", "unsorry"] : [];
}

/** A program on a search path; relative parts of it are passed over, since they depend on the folder that is open. */
export function which(name: string, searchPath: string): string | undefined {
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.resolve(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false; // not there, or not to be run
  }
}
