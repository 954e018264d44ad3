/** What is known of the workspace's holes and provers: asked of the server when it says that something has changed. */

import * as vscode from "vscode";
import { whole } from "./holes";
import { type Health, type Hole, isProofFile, type ToldHole } from "./protocol";
import type { Server } from "./server";

const DELAY_MS = 150;
/** So many files at once are asked for together. */
const MANY = 10;

export class HoleStore implements vscode.Disposable {
  health: Health | undefined;
  private readonly files = new Map<string, Hole[]>();
  private readonly changed = new Set<string>();
  private everything = false;
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChange = this.changes.event;

  constructor(private readonly server: Server) {
    this.subscriptions = [
      server.statuses.event((uri) => {
        this.mark([vscode.Uri.parse(uri)]);
      }),
      server.onDidChangeState((state) => {
        if (state === "running") {
          this.markAll();
        } else if (this.files.size > 0) {
          this.files.clear();
          this.changes.fire();
        }
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        this.mark(uris.filter((uri) => isProofFile("", uri.path)));
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions, this.changes).dispose();
  }

  of(uri: vscode.Uri | undefined): readonly Hole[] {
    return (uri && this.files.get(uri.toString())) ?? [];
  }

  /** Files with holes, by name. */
  get all(): [string, readonly Hole[]][] {
    return [...this.files].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  markAll(): void {
    this.everything = true;
    this.soon();
  }

  private mark(uris: readonly vscode.Uri[]): void {
    uris.forEach((uri) => this.changed.add(uri.toString()));
    this.soon();
  }

  private soon(): void {
    if (this.server.running !== undefined && !this.asking && (this.everything || this.changed.size > 0)) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        void this.refresh();
      }, DELAY_MS);
    }
  }

  /** One round of questions; what changes meanwhile makes another. */
  private async refresh(): Promise<void> {
    const uris = [...this.changed];
    const everything = this.everything || uris.length > MANY;
    this.changed.clear();
    this.everything = false;
    this.asking = true;
    try {
      const questions = everything ? [{}] : uris.map((uri) => ({ uri }));
      const answers = await Promise.all(questions.map((of) => this.server.ask<ToldHole[]>("unsorry.holes", of)));
      this.health = await this.server.ask<Health>("unsorry.health", {});
      (everything ? [...this.files.keys()] : uris).forEach((uri) => this.files.delete(uri));
      for (const [uri, holes] of byFile(answers.flatMap((told) => told ?? []).map(whole))) {
        this.files.set(vscode.Uri.parse(uri).toString(), holes);
      }
      this.changes.fire();
    } catch (error) {
      this.server.output.warn(`holes are not known: ${String(error)}`); // the server ended or restarts
    } finally {
      this.asking = false;
      this.soon();
    }
  }
}

function byFile(holes: readonly Hole[]): Map<string, Hole[]> {
  const files = new Map<string, Hole[]>();
  for (const hole of holes) {
    const file = files.get(hole.uri) ?? [];
    file.push(hole);
    files.set(hole.uri, file);
  }
  return files;
}
