import { X } from 'lucide';
import { strings } from '../strings/strings.ts';
import { Icon } from './icon.tsx';
import type { Toasts } from './toasts.ts';

/** Toasts in a corner of the page, announced politely. Pointer and focus keep them from expiring. */
export function ToastList({ toasts }: { toasts: Toasts }) {
  const { list } = toasts;
  const pause = () => toasts.hold(true);
  const resume = () => toasts.hold(false);
  return (
    <section
      class="toasts"
      aria-label={strings.news.label}
      onPointerEnter={pause}
      onPointerLeave={resume}
      onFocusIn={pause}
      onFocusOut={resume}
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
