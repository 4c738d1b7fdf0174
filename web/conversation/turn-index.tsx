import { useSignal } from '@preact/signals';
import { List } from 'lucide';
import { useRef } from 'preact/hooks';
import type { Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { goToTurn } from './turn-jump.ts';

/** Below so many turns one sees them all by scrolling. */
const LEAST = 3;

/** The turns of a conversation by their prompts, to go to one. */
export function TurnIndex({ turns }: { turns: readonly Turn[] }) {
  const isOpen = useSignal(false);
  const place = useRef<HTMLDetailsElement>(null);
  if (turns.length < LEAST) return null;
  const close = () => {
    if (place.current) place.current.open = false;
  };
  return (
    <details
      ref={place}
      class="turn-index"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen.value) return;
        event.preventDefault();
        close();
        place.current?.querySelector('summary')?.focus();
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && !event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <summary>
        <Icon node={List} />
        <span class="visually-hidden">{strings.talk.index}: </span>
        {strings.talk.indexOpen(turns.length)}
      </summary>
      {isOpen.value && (
        <ol>
          {turns.map(({ id, prompt }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => {
                  close();
                  goToTurn(id);
                }}
              >
                {prompt}
              </button>
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}
