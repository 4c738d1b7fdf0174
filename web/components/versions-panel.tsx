import type { VersionEntry } from '../../src/protocol/resources.ts';
import { api } from '../app.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { Notice } from './notice.tsx';
import { useFetched } from './use-fetched.ts';

const words = strings.versions;

/** Address of one version: `<label>-v<n>` beside the preview's `<label>`. */
function versionUrl(previewUrl: string, version: number): string {
  return previewUrl.replace(/^(https?:\/\/[^./]+)/, `$1-v${version}`);
}

interface Props {
  project: Project;
  /** A version was gone back to: it is to be seen. */
  onMoved(): void;
}

function Version({ project, entry, onMoved }: Props & { entry: VersionEntry }) {
  const { version, label, kind, createdAt, changed, stopped } = entry;
  const isCurrent = project.detail.value?.version === version;
  const url = project.previewUrl.value;
  return (
    <li class={isCurrent ? 'version is-current' : 'version'} aria-current={isCurrent ? 'true' : undefined}>
      <p class="version-label">{label || words.kind(kind)}</p>
      <p class="quiet">
        {words.kind(kind)} {version}, {words.at(createdAt)}, {strings.turn.changed(changed.length)}
        {stopped && `, ${words.stopped}`}
        {isCurrent && <strong>, {words.current}</strong>}
      </p>
      <p class="version-actions">
        {!isCurrent && (
          <button
            type="button"
            class="text-button"
            aria-label={words.backLabel(version)}
            disabled={project.running.value}
            onClick={() => void project.revert(version).then((moved) => moved && onMoved())}
          >
            {words.back}
          </button>
        )}
        {url && (
          <a
            href={versionUrl(url, version)}
            target="_blank"
            rel="noopener noreferrer"
            aria-label={words.lookLabel(version)}
          >
            {words.look}
          </a>
        )}
      </p>
    </li>
  );
}

/** Every version, newest first. */
export function VersionsPanel({ project, onMoved }: Props) {
  const newest = project.view.value.versions.length;
  const fetched = useFetched(() => api.history(project.id), `${newest} ${project.detail.value?.version}`);
  return (
    <section class="panel" aria-labelledby="versions-heading">
      <h2 id="versions-heading">{words.heading}</h2>
      {fetched.state === 'loading' && <p role="status">{words.loading}</p>}
      {fetched.state === 'failed' && <Notice error={fetched.error} />}
      {fetched.state === 'there' && fetched.value.length === 0 && <p>{words.empty}</p>}
      {fetched.state === 'there' && (
        <ol class="versions" reversed>
          {fetched.value
            .toSorted((a, b) => b.version - a.version)
            .map((entry) => (
              <Version key={entry.version} project={project} entry={entry} onMoved={onMoved} />
            ))}
        </ol>
      )}
    </section>
  );
}
