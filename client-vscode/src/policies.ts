/** Decisions about the server that need no editor: whether to start it again, and whether it is of our age. */

const DELAYS_MS = [500, 2_000, 8_000];
const WINDOW_MS = 180_000;

/** When to start a server again that has ended by itself: soon, later, then not at all. */
export class Restarts {
  private ends: number[] = [];

  /** Milliseconds to wait after an end at `now`; `undefined` when it has ended too often lately. */
  after(now: number): number | undefined {
    this.ends = [...this.ends.filter((end) => now - end < WINDOW_MS), now];
    return DELAYS_MS[this.ends.length - 1];
  }

  /** The user has asked for a start: what was before does not count. */
  forget(): void {
    this.ends = [];
  }

  get count(): number {
    return this.ends.length;
  }
}

/** Negative: the server is too old for the client; positive: too new; 0: they fit.
 *
 * Releases that share the first number fit, before 1.0 those that share the second; a strange version fits none.
 */
export function compareVersions(client: string, server = ""): number {
  const [ours, theirs] = [series(client), series(server)];
  return theirs.major - ours.major || theirs.minor - ours.minor;
}

function series(version: string): { major: number; minor: number } {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? ["", "-1", "-1"];
  return { major: Number(major), minor: major === "0" ? Number(minor) : 0 };
}
