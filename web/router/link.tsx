import type { ComponentChildren } from 'preact';
import { navigate } from './routes.ts';

interface Props {
  to: string;
  children: ComponentChildren;
  class?: string;
  'aria-label'?: string;
}

/** A link to another page of the app. Navigates without a reload; a modified click opens a new tab as usual. */
export function Link({ to, children, ...rest }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
