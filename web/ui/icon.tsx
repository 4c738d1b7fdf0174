import type { IconNode } from 'lucide';
import { h } from 'preact';

/** A decorative icon: hidden from screen readers, so it must stand beside a text or in a named button. */
export function Icon({ node }: { node: IconNode }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {node.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
