/** Whether a client and a server of two versions understand each other. */

export type Fit = "same" | "server-old" | "server-new";

/** Releases that share the first number fit, before 1.0 those that share the second; a strange version fits none. */
export function compareVersions(client: string, server: string | undefined): Fit {
  const ours = line(client);
  const theirs = line(server ?? "");
  const difference = (theirs[0] - ours[0]) || (theirs[1] - ours[1]);
  return difference === 0 ? "same" : difference < 0 ? "server-old" : "server-new";
}

function line(version: string): [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) {
    return [-1, -1];
  }
  return [Number(major), major === "0" ? Number(minor) : 0];
}
