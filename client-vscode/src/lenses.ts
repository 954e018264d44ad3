/** Code lenses of files that have very many: those near what is in view. VS Code moves each one at each key. */

import * as vscode from "vscode";

const MANY = 50;
const MARGIN_LINES = 100;
const PAUSE_MS = 150;

export class NearLenses implements vscode.Disposable {
  /** The lines that lenses were given for, of files that have many. */
  private readonly given = new WeakMap<vscode.TextDocument, vscode.Range[]>();
  private timer: NodeJS.Timeout | undefined;
  private readonly listener: vscode.Disposable;

  /** `refresh` has VS Code ask for a document's lenses again. */
  constructor(refresh: (document: vscode.TextDocument) => void) {
    this.listener = vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor: { document }, visibleRanges }) => {
      const given = this.given.get(document);
      if (given !== undefined && !visibleRanges.every((range) => given.some((lines) => lines.contains(range)))) {
        clearTimeout(this.timer);
        this.timer = setTimeout(refresh, PAUSE_MS, document);
      }
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listener.dispose();
  }

  near(document: vscode.TextDocument, lenses: vscode.CodeLens[]): vscode.CodeLens[] {
    if (lenses.length <= MANY) {
      this.given.delete(document);
      return lenses;
    }
    const lines = vscode.window.visibleTextEditors
      .filter((editor) => editor.document === document)
      .flatMap(({ visibleRanges }) => visibleRanges)
      .map(({ start, end }) => new vscode.Range(Math.max(0, start.line - MARGIN_LINES), 0, end.line + MARGIN_LINES, 0));
    this.given.set(document, lines);
    return lenses.filter(({ range }) => lines.some((each) => each.contains(range.start)));
  }
}
