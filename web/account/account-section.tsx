import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  heading: string;
  /** Takes the full width of the page. */
  isWide?: boolean;
  children: ComponentChildren;
}

/** A section of the account page, labelled by its heading. */
export function AccountSection({ heading, isWide = false, children }: Props) {
  const id = useId();
  return (
    <section class={isWide ? 'account-part is-wide' : 'account-part'} aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      {children}
    </section>
  );
}
