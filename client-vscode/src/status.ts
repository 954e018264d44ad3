/** The status bar item: how the holes of the file at hand stand, and how its prover fares. */

import * as vscode from "vscode";
import { LOOKS, STATES } from "./holes";
import { isProofFile } from "./protocol";
import type { Server, ServerState } from "./server";
import type { HoleStore } from "./store";

const SERVER_LOOKS: Readonly<Record<Exclude<ServerState, "running">, [icon: string, words: string]>> = {
  stopped: ["circle-slash", "the server does not run"],
  starting: ["loading~spin", "the server is starting"],
  failed: ["error", "the server could not be kept running"],
  missing: ["warning", "the server is not installed"],
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("unsorry.status", vscode.StatusBarAlignment.Right, 90);

  constructor(
    private readonly server: Server,
    private readonly store: HoleStore,
  ) {
    this.item.name = "Unsorry";
    this.item.command = "unsorry.menu";
  }

  dispose(): void {
    this.item.dispose();
  }

  show(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isProofFile(document)) {
      this.item.hide();
      return;
    }
    const { state } = this.server;
    if (state !== "running") {
      const [icon, words] = SERVER_LOOKS[state];
      this.put(`$(${icon}) Unsorry`, words, []);
    } else {
      const status = this.store.statusOf(document.uri);
      const parts = STATES.map((each) => ({ icon: LOOKS[each].icon, number: status?.holes[each] ?? 0, words: each }))
        .filter(({ number }) => number > 0)
        .map(({ icon, number, words }) => ({ icon, words: `${number} ${words}` }));
      const shown = parts.length > 0 ? parts : [{ icon: "check", words: "no holes" }];
      this.put(
        shown.map(({ icon, words }) => `$(${icon}) ${words}`).join("  "),
        shown.map(({ words }) => words).join(", "),
        vscode.workspace.isTrusted
          ? (status?.provers.map(({ summary }) => summary) ?? [])
          : ["No prover runs: not trusted."],
      );
    }
    const wrong = state === "failed" || state === "missing";
    this.item.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.show();
  }

  private put(text: string, words: string, lines: readonly string[]): void {
    this.item.text = text;
    this.item.tooltip = [`Unsorry: ${words}`, ...lines, "Click for a menu."].join("\n");
    this.item.accessibilityInformation = { label: `Unsorry: ${words}`, role: "button" };
  }
}
