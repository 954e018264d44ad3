/** Marks in the gutter and the overview ruler, one for each hole, by how it stands. */

import * as vscode from "vscode";
import { LOOKS, STATES } from "./holes";
import type { HoleStore } from "./store";

export class GutterMarks implements vscode.Disposable {
  private readonly marks;

  constructor(
    extensionUri: vscode.Uri,
    private readonly store: HoleStore,
  ) {
    this.marks = STATES.map((state) => ({
      state,
      type: vscode.window.createTextEditorDecorationType({
        gutterIconPath: vscode.Uri.joinPath(extensionUri, "media", `gutter-${state}.svg`),
        gutterIconSize: "75%",
        overviewRulerColor: new vscode.ThemeColor(LOOKS[state].color),
        overviewRulerLane: vscode.OverviewRulerLane.Right,
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      }),
    }));
  }

  dispose(): void {
    this.marks.forEach(({ type }) => {
      type.dispose();
    });
  }

  show(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const holes = this.store.of(editor.document.uri);
      for (const { state, type } of this.marks) {
        const starts = holes.filter((hole) => hole.state === state).map(({ range }) => range.start);
        editor.setDecorations(
          type,
          starts.map((start) => new vscode.Range(start, start)),
        );
      }
    }
  }
}
