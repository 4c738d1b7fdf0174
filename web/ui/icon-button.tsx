import type { IconNode } from 'lucide';
import type { ComponentProps } from 'preact';
import { Icon } from './icon.tsx';

type Props = Omit<ComponentProps<'button'>, 'icon' | 'label'> & { node: IconNode; name: string };

/** A button with only an icon. Its name is read out, and shows as a tooltip. */
export function IconButton({ node, name, ...rest }: Props) {
  return (
    <button type="button" class="icon-button" aria-label={name} title={name} {...rest}>
      <Icon node={node} />
    </button>
  );
}
