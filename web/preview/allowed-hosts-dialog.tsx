import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';

const words = strings.container;

/** Lists and changes the hosts that the project's container may reach. */
export function AllowedHostsDialog({ project, onClose }: { project: Project; onClose(): void }) {
  const { api } = useApp();
  const hosts = project.detail.value?.sandbox.hosts ?? [];
  const failure = useSignal<ApiError | null>(null);
  const id = useId();
  /** @returns whether the list was saved */
  const saveHosts = async (newHosts: string[]): Promise<boolean> => {
    failure.value = null;
    try {
      await api.json('PUT', `/api/sessions/${project.id}/network`, { hosts: newHosts });
      project.catchUp();
      return true;
    } catch (error) {
      failure.value = toApiError(error);
      return false;
    }
  };
  return (
    <Dialog heading={words.networkHeading} onClose={onClose}>
      <p>{words.networkNow}</p>
      <p>{words.networkMeans}</p>
      <ul>
        {hosts.map((host) => (
          <li key={host}>
            <code>{host}</code>{' '}
            <button
              type="button"
              class="text-button"
              aria-label={words.closeHost(host)}
              onClick={() => void saveHosts(hosts.filter((other) => other !== host))}
            >
              {words.closeIt}
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const host = String(new FormData(form).get('host') ?? '');
          void saveHosts([...hosts, host]).then((isSaved) => isSaved && form.reset());
        }}
      >
        <label for={id}>{words.host}</label>
        <p class="dialog-actions">
          <input
            id={id}
            name="host"
            class="share-address"
            required
            maxLength={253}
            placeholder="api.example.com"
            autocomplete="off"
          />
          <button type="submit" class="button">
            {words.open}
          </button>
        </p>
      </form>
      {failure.value && <ErrorNotice error={failure.value} />}
    </Dialog>
  );
}
