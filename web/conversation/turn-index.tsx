import { useSignal } from '@preact/signals';
import { List } from 'lucide';
import { useRef } from 'preact/hooks';
import type { Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { goToTurn } from './turn-navigation.ts';

/** With fewer turns scrolling is enough. */
const MIN_TURNS = 3;

/** A list of the conversation's turns by their prompts; choosing one scrolls to it. */
export function TurnIndex({ turns }: { turns: readonly Turn[] }) {
  const isOpen = useSignal(false);
  const details = useRef<HTMLDetailsElement>(null);
  if (turns.length < MIN_TURNS) return null;
  const close = () => {
    if (details.current) details.current.open = false;
  };
  return (
    <details
      ref={details}
      class="turn-index"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen.value) return;
        event.preventDefault();
        close();
        details.current?.querySelector('summary')?.focus();
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
          {turns.map(({ id, mode, prompt }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => {
                  close();
                  goToTurn(id);
                }}
              >
                {mode === 'fresh_start' ? strings.turn.freshStart : prompt}
              </button>
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}
