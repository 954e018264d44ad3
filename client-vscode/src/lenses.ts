/** Code lenses of files that have very many: those near what is in view. VS Code moves each one at each key. */

import * as vscode from "vscode";
import type { Server } from "./server";
import type { HoleStore } from "./store";

const MANY = 50;
const MARGIN_LINES = 100;
const PAUSE_MS = 150;

export function nearView(document: vscode.TextDocument, lenses: vscode.CodeLens[]): vscode.CodeLens[] {
  const views = vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap(({ visibleRanges }) => visibleRanges);
  const isNear = (line: number): boolean =>
    views.some(({ start, end }) => start.line - MARGIN_LINES <= line && line <= end.line + MARGIN_LINES);
  return lenses.length <= MANY ? lenses : lenses.filter(({ range }) => isNear(range.start.line));
}

/** Has VS Code ask again where another part of such a file has come into view. */
export function followView(server: Server, store: HoleStore): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  return vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor: { document } }) => {
    if (store.of(document.uri).length > MANY) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const feature = server.running?.getFeature("textDocument/codeLens");
        feature?.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
      }, PAUSE_MS);
    }
  });
}
