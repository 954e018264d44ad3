/** When to start a server again that has ended by itself: soon, later, then not at all. */

const DELAYS_MS = [500, 2_000, 8_000];
const WINDOW_MS = 180_000;

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
