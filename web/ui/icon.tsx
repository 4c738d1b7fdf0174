import type { IconNode } from 'lucide';
import { h } from 'preact';

/** A picture beside words or on a button that has a name of its own. */
export function Icon({ node }: { node: IconNode }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {node.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
