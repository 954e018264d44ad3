/** What is only shown waits while somebody types: VS Code moves its marks along with the text by itself. */

const QUIET_MS = 300;
const MOST_MS = 2000;

interface Burst {
  edits: number;
  end: NodeJS.Timeout;
  most: NodeJS.Timeout | undefined;
  /** What has not been shown yet, the newest of each kind. */
  held: Map<string, () => void>;
}

export class Quiet {
  private readonly bursts = new Map<string, Burst>();

  /** A document's text has changed. */
  edited(uri: string): void {
    const burst = this.bursts.get(uri);
    const end = setTimeout(() => {
      this.bursts.delete(uri);
      release(burst ?? made);
    }, QUIET_MS);
    const made: Burst = { edits: 1, end, most: undefined, held: new Map() };
    if (burst === undefined) {
      this.bursts.set(uri, made);
    } else {
      clearTimeout(burst.end);
      burst.edits += 1;
      burst.end = end;
    }
  }

  /** Shows something of a document (`undefined`: of any): at once where there was no more than one edit lately, else
   * when it has been quiet, or has not for long. */
  show(uri: string | undefined, kind: string, show: () => void): void {
    const burst = uri === undefined ? [...this.bursts.values()][0] : this.bursts.get(uri);
    if (burst === undefined || burst.edits === 1) {
      show();
      return;
    }
    burst.held.set(kind, show);
    burst.most ??= setTimeout(() => {
      release(burst);
    }, MOST_MS);
  }

  /** Forgets what was held. */
  clear(): void {
    this.bursts.forEach((burst) => {
      clearTimeout(burst.end);
      clearTimeout(burst.most);
    });
    this.bursts.clear();
  }
}

function release(burst: Burst): void {
  clearTimeout(burst.most);
  burst.most = undefined;
  const held = [...burst.held.values()];
  burst.held.clear();
  held.forEach((show) => {
    show();
  });
}
