import { useSignal } from '@preact/signals';
import { Copy, Send } from 'lucide';
import { useApp } from '../app/app-context.ts';
import { SendFailure } from '../limits/send-failure.tsx';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { copyText } from '../ui/copy-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';

const words = strings.share;

/** Replaces the preview address by a new one, after a confirmation. */
function ResetAddress({ project }: { project: Project }) {
  const { toasts } = useApp();
  const isConfirming = useSignal(false);
  const reset = async () => {
    isConfirming.value = false;
    if (await project.resetPreview()) toasts.show(words.resetDone);
  };
  return (
    <section class="share-reset" aria-labelledby="reset-heading">
      <h3 id="reset-heading">{words.resetHeading}</h3>
      <p>{isConfirming.value ? words.resetSure : words.resetWhat}</p>
      <p class="dialog-actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            if (isConfirming.value) void reset();
            else isConfirming.value = true;
          }}
        >
          {isConfirming.value ? words.resetYes : words.reset}
        </button>
        {isConfirming.value && (
          <button
            type="button"
            class="text-button"
            onClick={() => {
              isConfirming.value = false;
            }}
          >
            {words.keep}
          </button>
        )}
      </p>
    </section>
  );
}

/** The preview address to share, what its recipients can see, and its reset. */
export function ShareDialog({ project, onClose }: { project: Project; onClose(): void }) {
  const { toasts } = useApp();
  const url = project.previewUrl.value;
  const hasApp = url !== null && (project.detail.value?.revision ?? 0) > 0;
  return (
    <Dialog heading={words.heading} onClose={onClose}>
      {!hasApp && <p>{words.none}</p>}
      {hasApp && (
        <>
          <p>{words.who}</p>
          <input
            class="share-address"
            aria-label={words.address}
            readOnly
            value={url}
            onFocus={(event) => event.currentTarget.select()}
          />
          <p class="dialog-actions">
            <button
              type="button"
              class="button is-main"
              onClick={(event) => void copyText(url, event.currentTarget, toasts)}
            >
              <Icon node={Copy} />
              {words.copy}
            </button>
            {'share' in navigator && (
              <button
                type="button"
                class="button"
                // `share` rejects when the visitor closes the system's dialog: not an error.
                onClick={() => void navigator.share({ url, title: project.title.value }).catch(() => undefined)}
              >
                <Icon node={Send} />
                {words.send}
              </button>
            )}
          </p>
          {/* The project's newest failure, which can be that of a prompt. */}
          {project.failure.value && <SendFailure error={project.failure.value} />}
          <ResetAddress project={project} />
        </>
      )}
    </Dialog>
  );
}
