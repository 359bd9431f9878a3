// An editor for Python, for several files of which one is shown.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap, history, historyKeymap, indentWithTab,
} from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  HighlightStyle, bracketMatching, indentOnInput, indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightSpecialChars,
  keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The colours are the style sheet's, which knows whether it is dark.
const COLOURS = HighlightStyle.define([
  [[tags.keyword, tags.self], "keyword"],
  [[tags.string, tags.special(tags.string)], "string"],
  [[tags.number, tags.bool, tags.null], "number"],
  [[tags.comment], "comment"],
  [[tags.function(tags.variableName), tags.definition(tags.variableName),
    tags.className], "name"],
  [[tags.meta], "decorator"],
].map(([tag, name]) => ({
  tag, class: `winnow-code-${name as string}`,
})) as Parameters<typeof HighlightStyle.define>[0]);

export interface Watches {
  changed(): void;
  check(): void;
}

export class Editor {
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private shown = "";

  constructor(parent: HTMLElement, private readonly watches: Watches) {
    this.view = new EditorView({ parent });
  }

  add(name: string, text: string, isFixed: boolean): void {
    this.states.set(name, EditorState.create({ doc: text, extensions: [
      lineNumbers(), highlightSpecialChars(), history(), drawSelection(),
      indentOnInput(), bracketMatching(), closeBrackets(),
      highlightActiveLine(), indentUnit.of("    "), python(),
      syntaxHighlighting(COLOURS),
      EditorState.readOnly.of(isFixed),
      EditorView.contentAttributes.of({
        "aria-label": isFixed ? `${name}, to read` : name }),
      keymap.of([
        { key: "Mod-Enter", run: () => { this.watches.check(); return true; } },
        ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap,
        indentWithTab,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) this.watches.changed();
      }),
    ] }));
  }

  show(name: string): void {
    if (name === this.shown) return;
    this.keep();
    this.shown = name;
    this.view.setState(this.states.get(name) as EditorState);
  }

  text(name: string): string {
    this.keep();
    return this.states.get(name)?.doc.toString() ?? "";
  }

  // Replaces a whole text; what was there comes back with Ctrl-Z.
  replace(name: string, text: string): void {
    const was = this.shown;
    this.show(name);
    this.view.dispatch({ changes: {
      from: 0, to: this.view.state.doc.length, insert: text } });
    this.keep();
    if (was) this.show(was);
  }

  focus(): void {
    this.view.focus();
  }

  private keep(): void {
    if (this.shown) this.states.set(this.shown, this.view.state);
  }
}
