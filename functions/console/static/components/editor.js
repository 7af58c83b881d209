// A code editor for SQL and for templates, loaded when the first one is drawn. It stands in a shadow root: there its
// styles are adopted style sheets, which the page's policy allows, and not <style> elements, which it forbids.

import { html, useEffect, useRef } from "../vendor/ui.js";

const DIALECTS = { postgres: "PostgreSQL" };

// `columns` are completed: {table: [column, …]}. `faults` are [{line, words}] from 1. Tab leaves the editor.
export function Editor({ label, value, onChange, language = "sql", dialect, columns, faults = [], isReadOnly = false }) {
  const host = useRef(null);
  const editor = useRef(null);
  const latest = useRef();
  latest.current = { onChange, value, faults };
  const told = useRef([]);

  const tell = (text) => {
    if (text === told.current.at(-1)) return;
    told.current.push(text);
    latest.current.onChange?.(text);
  };

  useEffect(() => {
    let isGone = false;
    import("../vendor/editor.js").then((kit) => {
      if (isGone) return;
      const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
      editor.current = { kit, view: build(kit, root, { label, language, dialect, columns, isReadOnly, latest, tell }) };
      show(editor.current, latest.current.faults);
    });
    return () => {
      isGone = true;
      editor.current?.view.destroy();
      editor.current = null;
    };
  }, [language, dialect, isReadOnly, JSON.stringify(columns)]);

  useEffect(() => {
    // What the editor told comes back, perhaps after the next key was pressed: only what came from elsewhere is taken.
    const view = editor.current?.view;
    const place = told.current.lastIndexOf(value);
    told.current.splice(0, place < 0 ? told.current.length : place, ...(place < 0 ? [value] : []));
    if (!view || place >= 0 || value === view.state.doc.toString()) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    if (editor.current) show(editor.current, faults);
  }, [JSON.stringify(faults)]);

  return html`<div ref=${host} class="editor"></div>`;
}

function build(kit, root, { label, language, dialect, columns, isReadOnly, latest, tell }) {
  const extensions = [
    kit.lineNumbers(), kit.history(), kit.drawSelection(), kit.bracketMatching(), kit.indentOnInput(), kit.closeBrackets(),
    kit.autocompletion(), kit.highlightActiveLine(), kit.lintGutter(),
    kit.keymap.of([...kit.closeBracketsKeymap, ...kit.defaultKeymap, ...kit.historyKeymap, ...kit.completionKeymap]),
    kit.EditorView.lineWrapping, writing(kit),
    kit.EditorView.contentAttributes.of({ "aria-label": label }),
    kit.EditorView.updateListener.of((update) => update.docChanged && tell(update.state.doc.toString())),
    kit.syntaxHighlighting(colours(kit)), theme(kit),
    kit.EditorState.readOnly.of(isReadOnly),
  ];
  if (language === "sql") {
    extensions.push(kit.sql({ dialect: kit[DIALECTS[dialect]] ?? kit.StandardSQL, schema: columns, upperCaseKeywords: true }));
  }
  const state = kit.EditorState.create({ doc: latest.current.value, extensions });
  return new kit.EditorView({ state, parent: root, root });
}

// Write over what is selected. Left to itself the browser would keep the look of what was there in a style attribute,
// which the page's policy forbids and tells of.
const writing = ({ EditorView }) => EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (empty || event.isComposing || event.inputType !== "insertText" || !event.data || view.state.readOnly) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
    return true;
  },
});

function show({ kit, view }, faults) {
  const { doc } = view.state;
  const diagnostics = faults.map(({ line, words }) => {
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return { from: at.from, to: at.to, severity: "error", message: words };
  });
  view.dispatch(kit.setDiagnostics(view.state, diagnostics));
}

// The colours are the page's own: custom properties reach into a shadow root.
const colours = ({ HighlightStyle, tags }) => HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: tags.typeName, color: "var(--code-type)" },
]);

const theme = ({ EditorView }) => EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--field)", fontSize: "0.875rem", border: "1px solid var(--edge-strong)", borderRadius: "8px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", minHeight: "12rem", maxHeight: "32rem" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--faint)", border: "none", borderRadius: "8px 0 0 8px" },
  ".cm-activeLine": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selected)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--edge)" },
});
