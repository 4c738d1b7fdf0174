import { Component, type ComponentChild, type ComponentClass, type FunctionComponent } from 'preact';

/** Renders again only if a prop has changed identity. Long logs stay cheap, because ended turns keep theirs. */
export function memo<P extends object>(Inner: FunctionComponent<P>): ComponentClass<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]) as Set<keyof P>;
      return [...keys].some((key) => next[key] !== this.props[key]);
    }

    override render(props: P): ComponentChild {
      return <Inner {...props} />;
    }
  };
}
