import { X } from 'lucide';
import { strings } from '../strings/strings.ts';
import { Icon } from './icon.tsx';
import type { Toasts } from './toasts.ts';

/** What has just happened, in a corner. Said politely, and gone after a while. */
export function ToastList({ toasts }: { toasts: Toasts }) {
  const { list } = toasts;
  const hold = () => toasts.hold(true);
  const release = () => toasts.hold(false);
  return (
    <section
      class="toasts"
      aria-label={strings.news.label}
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocusIn={hold}
      onFocusOut={release}
    >
      <div role="status">
        {list.value.map(({ id, text, action }) => (
          <div key={id} class="toast">
            <span class="toast-text">{text}</span>
            {action && (
              <button type="button" class="text-button" onClick={action.run}>
                {action.label}
              </button>
            )}
            <button type="button" class="icon-button" aria-label={strings.news.close} onClick={() => toasts.close(id)}>
              <Icon node={X} />
            </button>
          </div>
        ))}
      </div>
    </section>
  );
}
