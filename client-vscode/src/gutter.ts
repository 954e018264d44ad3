/** Marks in the gutter and the overview ruler, one for each hole, by how it stands. */

import * as vscode from "vscode";
import { LOOKS, standing, STANDINGS } from "./holes";
import type { Standing } from "./protocol";
import type { HoleStore } from "./store";

export class GutterMarks implements vscode.Disposable {
  private readonly types: Map<Standing, vscode.TextEditorDecorationType>;

  constructor(
    extensionUri: vscode.Uri,
    private readonly store: HoleStore,
  ) {
    this.types = new Map(
      STANDINGS.map((state) => [
        state,
        vscode.window.createTextEditorDecorationType({
          gutterIconPath: vscode.Uri.joinPath(extensionUri, "media", `gutter-${state}.svg`),
          gutterIconSize: "75%",
          overviewRulerColor: new vscode.ThemeColor(LOOKS[state].color),
          overviewRulerLane: vscode.OverviewRulerLane.Right,
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      ]),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.types.values()).dispose();
  }

  show(editors: readonly vscode.TextEditor[] = vscode.window.visibleTextEditors): void {
    for (const editor of editors) {
      const holes = this.store.of(editor.document.uri);
      for (const [state, type] of this.types) {
        const starts = holes.filter((hole) => standing(hole) === state).map(({ range }) => range.start);
        editor.setDecorations(
          type,
          starts.map(({ line, character }) => new vscode.Range(line, character, line, character)),
        );
      }
    }
  }
}
