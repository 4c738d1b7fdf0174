import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { strings } from '../strings/strings.ts';
import { languageOf } from './code-language.ts';

/** Syntax colours from the page's tokens. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.tagName], color: 'var(--pencil)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.attributeValue], color: 'var(--green)' },
  { tag: [tags.comment, tags.meta], color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool, tags.null, tags.unit, tags.color, tags.atom], color: 'var(--amber)' },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName), tags.className], fontWeight: '600' },
  { tag: [tags.heading, tags.strong], fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--red)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: 'var(--text-xs)' },
  '&.cm-focused': { outline: '2px solid var(--pencil)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--quiet)', backgroundColor: 'var(--paper)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--pencil-soft) 45%, transparent)',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--amber-soft)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--pencil-soft)', outline: '1px solid var(--pencil)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--pencil-soft)' },
  '.cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--desk)', borderColor: 'var(--rule)' },
  '.cm-panel.cm-search': {
    fontFamily: 'var(--sans)',
    fontSize: 'var(--text-xs)',
    padding: '0.4rem 2rem 0.4rem 0.5rem',
  },
  '.cm-textfield': { fontSize: 'inherit', backgroundColor: 'var(--paper)', border: '1px solid var(--edge)' },
  '.cm-button': {
    fontSize: 'inherit',
    background: 'var(--paper)',
    border: '1px solid var(--edge)',
    color: 'var(--ink)',
  },
  '.cm-changedLine, .cm-inlineChangedLine': { backgroundColor: 'var(--green-soft) !important' },
  '.cm-deletedChunk, &.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--red-soft) !important' },
  '.cm-changedText, .cm-deletedText, .cm-insertedLine, .cm-deletedLine': {
    background: 'none !important',
    textDecoration: 'none',
  },
  // An underline, not a background: the text has syntax colours.
  '&.cm-merge-b .cm-changedText, .cm-insertedLine .cm-changedText, .cm-changedLine .cm-changedText': {
    boxShadow: 'inset 0 -2px var(--green)',
  },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': { boxShadow: 'inset 0 -2px var(--red)' },
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '""', margin: '0' },
  '.cm-collapsedLines': {
    color: 'var(--quiet)',
    background: 'var(--desk) !important',
    padding: '0.15rem 0.75rem',
  },
});

/** Marks a change that the page made, not the visitor. */
const fromPage = Annotation.define<true>();

/** Extensions of both the editor and the comparison. `load` adds the grammar once it is there. */
function commonExtensions(
  path: string,
  label: string,
): { extensions: Extension; load(view: () => EditorView | null): void } {
  const language = new Compartment();
  return {
    extensions: [
      lineNumbers(),
      syntaxHighlighting(colours),
      theme,
      language.of([]),
      EditorState.phrases.of(strings.code.phrases),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ],
    load(view) {
      void languageOf(path).then((extension) => view()?.dispatch({ effects: language.reconfigure(extension) }));
    },
  };
}

/** A shadow root: in it CodeMirror uses constructed style sheets, which the page's CSP allows, and not `style` elements. */
function rootOf(host: HTMLElement): ShadowRoot {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  return root;
}

function createParent(root: ShadowRoot): HTMLElement {
  const parent = document.createElement('div');
  Object.assign(parent.style, { height: '100%', overflow: 'auto' });
  root.append(parent);
  return parent;
}

export interface CodeView {
  /** Shows another text. Only the changed range is replaced, so that scroll position and selection stay. */
  setText(text: string): void;
  setReadOnly(isReadOnly: boolean): void;
  /** @param line counts from 1, as `column` does */
  goTo(line: number, column?: number): void;
  /** Opens the search panel. */
  find(): void;
  toEnd(): void;
  destroy(): void;
}

export interface CodeViewOptions {
  path: string;
  label: string;
  text: string;
  isReadOnly: boolean;
  onChange(text: string): void;
  onSave(): void;
}

/** An editor with syntax colours. */
export function createCodeView(host: HTMLElement, options: CodeViewOptions): CodeView {
  const { path, label, text, isReadOnly, onChange, onSave } = options;
  const readOnly = new Compartment();
  const root = rootOf(host);
  const { extensions, load } = commonExtensions(path, label);
  const saveKey = {
    key: 'Mod-s',
    preventDefault: true,
    run: () => {
      onSave();
      return true;
    },
  };
  let view: EditorView | null = new EditorView({
    root,
    parent: createParent(root),
    doc: text,
    extensions: [
      extensions,
      history(),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      search({ top: true }),
      keymap.of([saveKey, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      readOnly.of(EditorState.readOnly.of(isReadOnly)),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || update.transactions.some((transaction) => transaction.annotation(fromPage))) return;
        onChange(update.state.doc.toString());
      }),
    ],
  });
  load(() => view);
  return {
    setText(next) {
      if (!view) return;
      const old = view.state.doc.toString();
      if (old === next) return;
      let from = 0;
      while (from < old.length && from < next.length && old[from] === next[from]) from++;
      let end = 0;
      const most = Math.min(old.length, next.length) - from;
      while (end < most && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
      view.dispatch({
        changes: { from, to: old.length - end, insert: next.slice(from, next.length - end) },
        annotations: fromPage.of(true),
      });
    },
    setReadOnly(is) {
      view?.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(is)) });
    },
    goTo(line, column = 1) {
      if (!view) return;
      const { doc } = view.state;
      const { from, length } = doc.line(Math.min(Math.max(1, line), doc.lines));
      const anchor = from + Math.min(length, Math.max(0, column - 1));
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    find() {
      if (view) openSearchPanel(view);
    },
    toEnd() {
      view?.dispatch({ effects: EditorView.scrollIntoView(view.state.doc.length) });
    },
    destroy() {
      view?.destroy();
      view = null;
    },
  };
}

export interface DiffOptions {
  path: string;
  before: string;
  after: string;
  /** Accessible names of the two texts. */
  labels: { before: string; after: string };
  isSideBySide: boolean;
}

const collapseUnchanged = { margin: 3, minSize: 6 };

/** A comparison of two texts. @returns removes it */
export function createDiffView(
  host: HTMLElement,
  { path, before, after, labels, isSideBySide }: DiffOptions,
): () => void {
  const root = rootOf(host);
  const parent = createParent(root);
  const fixed = [EditorState.readOnly.of(true), EditorView.lineWrapping];
  const right = commonExtensions(path, labels.after);
  if (isSideBySide) {
    const left = commonExtensions(path, labels.before);
    let merge: MergeView | null = new MergeView({
      root,
      parent,
      collapseUnchanged,
      a: { doc: before, extensions: [left.extensions, fixed] },
      b: { doc: after, extensions: [right.extensions, fixed] },
    });
    left.load(() => merge?.a ?? null);
    right.load(() => merge?.b ?? null);
    return () => {
      merge?.destroy();
      merge = null;
    };
  }
  let view: EditorView | null = new EditorView({
    root,
    parent,
    doc: after,
    extensions: [
      right.extensions,
      fixed,
      unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged }),
    ],
  });
  right.load(() => view);
  return () => {
    view?.destroy();
    view = null;
  };
}
