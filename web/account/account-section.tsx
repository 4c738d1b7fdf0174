import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  heading: string;
  /** It takes all of the page's width. */
  isWide?: boolean;
  children: ComponentChildren;
}

/** One part of the account page. */
export function AccountSection({ heading, isWide = false, children }: Props) {
  const id = useId();
  return (
    <section class={isWide ? 'account-part is-wide' : 'account-part'} aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      {children}
    </section>
  );
}
