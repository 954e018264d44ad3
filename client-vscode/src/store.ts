/** What the server has said of holes: its diagnostics, of all files, and its counts, of open ones. */

import * as vscode from "vscode";
import type { Hole } from "./holes";
import type { DiagnosticData, Status } from "./protocol";

/** A workspace's files are told of one by one. */
const TOGETHER_MS = 30;

export class HoleStore implements vscode.Disposable {
  private readonly holes = new Map<string, readonly Hole[]>();
  private readonly statuses = new Map<string, Status>();
  private readonly changes = new vscode.EventEmitter<void>();
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChange = this.changes.event;

  dispose(): void {
    clearTimeout(this.timer);
    this.changes.dispose();
  }

  of(uri: vscode.Uri): readonly Hole[] {
    return this.holes.get(uri.toString()) ?? [];
  }

  statusOf(uri: vscode.Uri): Status | undefined {
    return this.statuses.get(uri.toString());
  }

  /** The holes of each file that has some, by the files' names. */
  get files(): (readonly Hole[])[] {
    return [...this.holes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, holes]) => holes);
  }

  /** Takes in a file's diagnostics; answers with those that are to be shown as such. */
  put(uri: vscode.Uri, diagnostics: vscode.Diagnostic[]): vscode.Diagnostic[] {
    const key = uri.toString();
    const told = diagnostics as (vscode.Diagnostic & { data: DiagnosticData })[];
    if (told.length === 0) {
      this.holes.delete(key);
    } else {
      const holes = told.map(({ range, message, data: { hole: id, status: state, declaration, proof } }) => {
        return { id, uri, range, state, declaration, proof, message };
      });
      this.holes.set(key, holes);
    }
    this.changed();
    return told.filter(({ data }) => data.off !== true);
  }

  putStatus(status: Status): void {
    this.statuses.set(vscode.Uri.parse(status.uri).toString(), status);
    this.changed();
  }

  /** The server that said it is gone. */
  clear(): void {
    this.holes.clear();
    this.statuses.clear();
    this.changed();
  }

  private changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changes.fire();
    }, TOGETHER_MS);
  }
}
