import type { SourceSpot } from '../../src/protocol/requests.ts';

/** A node of Preact's tree, as far as it matters here: `__` is its parent, `__source` where it was written. */
interface PreactNode {
  type: unknown;
  __?: PreactNode | null;
  __source?: unknown;
}

/** A node of React's tree, as far as it matters here. */
interface ReactNode {
  type: unknown;
  return: ReactNode | null;
  memoizedProps: unknown;
}

/** What the JSX runtimes of the shelf write down: `scripts/jsx-sources.ts`. */
interface Sources {
  /** Where an element was written, by its props. */
  props: WeakMap<object, unknown>;
  /** The node that made a DOM element. */
  nodes: WeakMap<object, PreactNode>;
  /** What is called like a component and is none. */
  fragments: WeakSet<object>;
}

/** Where the runtimes find the book. */
const key = Symbol.for('redraw.sources');

/** Who wrote an element: the component around it, and its place in the source. */
export interface Origin {
  component?: string;
  spot?: SourceSpot;
}

/** Opens the book that JSX runtimes write in. Call it before the app runs. */
export function openSources(): (element: Element) => Origin {
  const sources: Sources = { props: new WeakMap(), nodes: new WeakMap(), fragments: new WeakSet() };
  Object.defineProperty(globalThis, key, { value: sources });
  return (element) => ofPreact(element, sources) ?? ofReact(element, sources) ?? {};
}

function spotOf(source: unknown): SourceSpot | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { fileName, lineNumber } = source as { fileName?: unknown; lineNumber?: unknown };
  if (typeof fileName !== 'string' || fileName === '') return undefined;
  return { file: fileName.slice(0, 500), ...(typeof lineNumber === 'number' ? { line: lineNumber } : {}) };
}

/** The name of a component, also of one in `memo` or `forwardRef`. */
function nameOf(type: unknown): string | undefined {
  if (typeof type === 'object' && type !== null) {
    return nameOf(Reflect.get(type, 'type') ?? Reflect.get(type, 'render'));
  }
  if (typeof type !== 'function') return undefined;
  const given: unknown = Reflect.get(type, 'displayName');
  return (typeof given === 'string' ? given : type.name) || undefined;
}

function origin(component: string | undefined, spot: SourceSpot | undefined): Origin {
  return { ...(component && { component: component.slice(0, 100) }), ...(spot && { spot }) };
}

function ofPreact(element: Element, { nodes, fragments }: Sources): Origin | null {
  const node = nodes.get(element);
  if (!node) return null;
  let component: string | undefined;
  for (let up = node.__; up && !component; up = up.__) {
    if (typeof up.type === 'function' && !fragments.has(up.type)) component = nameOf(up.type);
  }
  return origin(component, spotOf(node.__source));
}

function ofReact(element: Element, { props }: Sources): Origin | null {
  const name = Object.keys(element).find((one) => one.startsWith('__reactFiber$'));
  const fiber = name && (Reflect.get(element, name) as ReactNode | undefined);
  if (!fiber) return null;
  let component: string | undefined;
  for (let up = fiber.return; up && !component; up = up.return) component = nameOf(up.type);
  const own = propsOf(element) ?? fiber.memoizedProps;
  return origin(component, typeof own === 'object' && own !== null ? spotOf(props.get(own)) : undefined);
}

/** The props of the newest render: a fiber may be the one before. */
function propsOf(element: Element): unknown {
  const name = Object.keys(element).find((one) => one.startsWith('__reactProps$'));
  return name && Reflect.get(element, name);
}
