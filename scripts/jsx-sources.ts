/**
 * The development JSX runtimes of the shelf. They tell the bridge where each element was written (`web/bridge/element-sources.ts`), so that
 * the visitor can point at an element in the preview. The libraries themselves are production builds.
 */
const book = `const book = globalThis[Symbol.for('redraw.sources')];`;

export const jsxRuntimes: Readonly<Record<string, string>> = {
  // React's production build of this runtime exports `jsxDEV` as undefined.
  'react/jsx-dev-runtime': `import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
${book}
export const jsxDEV = (type, props, key, several, source) => {
  const element = (several ? jsxs : jsx)(type, props, key);
  if (book && source) book.props.set(element.props, source);
  return element;
};
export { Fragment };`,
  'preact/jsx-dev-runtime': `import { options } from 'preact';
import { Fragment, jsx, jsxAttr, jsxEscape, jsxTemplate } from 'preact/jsx-runtime';
${book}
if (book) {
  book.fragments.add(Fragment);
  const before = options.diffed;
  options.diffed = (node) => {
    if (typeof node.type === 'string' && node.__e) book.nodes.set(node.__e, node);
    before?.(node);
  };
}
export const jsxDEV = (type, props, key, several, source) => jsx(type, props, key, several, source);
export { Fragment, jsx, jsx as jsxs, jsxAttr, jsxEscape, jsxTemplate };`,
};
