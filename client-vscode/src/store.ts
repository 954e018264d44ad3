/** What is known of the workspace's holes: asked of the server when it says that something has changed. */

import * as vscode from "vscode";
import { type Hole, isProofFile } from "./protocol";
import type { Server } from "./server";

const DELAY_MS = 150;
/** So many files at once are asked for together. */
const MANY = 10;

export class HoleStore implements vscode.Disposable {
  private files = new Map<string, readonly Hole[]>();
  private readonly changed = new Set<string>();
  private everything = false;
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChange = this.changes.event;

  constructor(private readonly server: Server) {
    this.subscriptions = [
      server.onStatus((status) => {
        this.mark(vscode.Uri.parse(status.uri));
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
        uris.filter((uri) => isProofFile("", uri.path)).forEach((uri) => {
          this.mark(uri);
        });
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions, this.changes).dispose();
  }

  of(uri: vscode.Uri): readonly Hole[] {
    return this.files.get(uri.toString()) ?? [];
  }

  /** Files with holes, by name. */
  get all(): [string, readonly Hole[]][] {
    return [...this.files].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  markAll(): void {
    this.everything = true;
    this.soon();
  }

  private mark(uri: vscode.Uri): void {
    this.changed.add(uri.toString());
    this.soon();
  }

  private soon(): void {
    if (this.server.running !== undefined && !this.asking) {
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
      if (everything) {
        this.files = new Map();
        this.put(await this.ask());
      }
      for (const uri of everything ? [] : uris) {
        const holes = await this.ask(uri);
        this.files.delete(uri);
        this.put(holes);
      }
      this.changes.fire();
    } catch (error) {
      this.server.output.warn(`holes are not known: ${String(error)}`); // the server ended or restarts
    } finally {
      this.asking = false;
      this.soonIfNeeded();
    }
  }

  private soonIfNeeded(): void {
    if (this.everything || this.changed.size > 0) {
      this.soon();
    }
  }

  private async ask(uri?: string): Promise<Hole[]> {
    return (await this.server.ask<Hole[]>("unsorry.holes", uri === undefined ? {} : { uri })) ?? [];
  }

  private put(holes: readonly Hole[]): void {
    for (const hole of holes) {
      const uri = vscode.Uri.parse(hole.uri).toString();
      this.files.set(uri, [...(this.files.get(uri) ?? []), hole]);
    }
  }
}
