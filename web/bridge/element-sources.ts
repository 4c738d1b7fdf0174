import type { SourceSpot } from '../../src/protocol/requests.ts';
import { takeStart } from '../../src/protocol/truncate-text.ts';

/** The used part of a vnode of Preact: `__` is its parent, `__source` its place in the source. */
interface PreactNode {
  type: unknown;
  __?: PreactNode | null;
  __source?: unknown;
}

/** The used part of a fiber of React. */
interface ReactNode {
  type: unknown;
  return: ReactNode | null;
  memoizedProps: unknown;
}

/** The registry that the shelf's JSX runtimes write to; see `scripts/jsx-sources.ts`. */
interface Sources {
  /** Place of an element in the source, by its props. */
  props: WeakMap<object, unknown>;
  /** The node that made a DOM element. */
  nodes: WeakMap<object, PreactNode>;
  /** Functions that look like components and are none. */
  fragments: WeakSet<object>;
}

/** Where the runtimes find the registry. */
const registryKey = Symbol.for('redraw.sources');

/** The source of an element: the component around it, and its place in a file. */
export interface ElementSource {
  component?: string;
  spot?: SourceSpot;
}

/** Installs the registry that JSX runtimes write to; must be called before the app runs. @returns looks up an element */
export function installSources(): (element: Element) => ElementSource {
  const sources: Sources = { props: new WeakMap(), nodes: new WeakMap(), fragments: new WeakSet() };
  Object.defineProperty(globalThis, registryKey, { value: sources });
  return (element) => ofPreact(element, sources) ?? ofReact(element, sources) ?? {};
}

function spotOf(source: unknown): SourceSpot | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { fileName, lineNumber } = source as { fileName?: unknown; lineNumber?: unknown };
  if (typeof fileName !== 'string' || fileName === '') return undefined;
  return { file: takeStart(fileName, 500), ...(typeof lineNumber === 'number' ? { line: lineNumber } : {}) };
}

/** The name of a component, also inside `memo` or `forwardRef`. */
function nameOf(type: unknown): string | undefined {
  if (typeof type === 'object' && type !== null) {
    return nameOf(Reflect.get(type, 'type') ?? Reflect.get(type, 'render'));
  }
  if (typeof type !== 'function') return undefined;
  const given: unknown = Reflect.get(type, 'displayName');
  return (typeof given === 'string' ? given : type.name) || undefined;
}

function elementSource(component: string | undefined, spot: SourceSpot | undefined): ElementSource {
  return { ...(component && { component: takeStart(component, 100) }), ...(spot && { spot }) };
}

function ofPreact(element: Element, { nodes, fragments }: Sources): ElementSource | null {
  const node = nodes.get(element);
  if (!node) return null;
  let component: string | undefined;
  for (let up = node.__; up && !component; up = up.__) {
    if (typeof up.type === 'function' && !fragments.has(up.type)) component = nameOf(up.type);
  }
  return elementSource(component, spotOf(node.__source));
}

function ofReact(element: Element, { props }: Sources): ElementSource | null {
  const name = Object.keys(element).find((one) => one.startsWith('__reactFiber$'));
  const fiber = name && (Reflect.get(element, name) as ReactNode | undefined);
  if (!fiber) return null;
  let component: string | undefined;
  for (let up = fiber.return; up && !component; up = up.return) component = nameOf(up.type);
  const own = propsOf(element) ?? fiber.memoizedProps;
  return elementSource(component, typeof own === 'object' && own !== null ? spotOf(props.get(own)) : undefined);
}

/** The props of the newest render: the fiber at the element may be the previous one. */
function propsOf(element: Element): unknown {
  const name = Object.keys(element).find((one) => one.startsWith('__reactProps$'));
  return name && Reflect.get(element, name);
}
