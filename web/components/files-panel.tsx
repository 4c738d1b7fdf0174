import { useSignal } from '@preact/signals';
import { api } from '../app.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { Notice } from './notice.tsx';
import { ScrollPane } from './scroll-pane.tsx';
import { useFetched } from './use-fetched.ts';

const words = strings.files;

/** Characters of a file that are shown. */
const SHOWN_CHARS = 200_000;

/** The text of a file, or null where it is none. */
async function readText(session: string, path: string): Promise<string | null> {
  const response = await api.file(session, path);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.subarray(0, 8000).includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function Viewer({ session, path, version }: { session: string; path: string; version: string }) {
  const fetched = useFetched(() => readText(session, path), version);
  const raw = (
    <a href={api.fileUrl(session, path)} download>
      {words.raw}
    </a>
  );
  if (fetched.state === 'loading') return <p role="status">{words.loadingFile}</p>;
  if (fetched.state === 'failed') return <Notice error={fetched.error} />;
  if (fetched.value === null) {
    return (
      <p>
        {words.binary} {raw}
      </p>
    );
  }
  return (
    <>
      <p class="viewer-head">
        <code>{path}</code> {raw}
      </p>
      {fetched.value.length > SHOWN_CHARS && <p class="quiet">{words.tooLong}</p>}
      <ScrollPane class="viewer" label={path}>
        <pre>{fetched.value.slice(0, SHOWN_CHARS)}</pre>
      </ScrollPane>
    </>
  );
}

/** The files of the project, to be read. */
export function FilesPanel({ project }: { project: Project }) {
  const picked = useSignal<string | null>(null);
  const version = `${project.view.value.preview.revision} ${project.detail.value?.version}`;
  const fetched = useFetched(() => api.files(project.id), version);
  const path = picked.value;
  return (
    <section class="panel files" aria-labelledby="files-heading">
      <h2 id="files-heading">{words.heading}</h2>
      {fetched.state === 'loading' && <p role="status">{words.loading}</p>}
      {fetched.state === 'failed' && <Notice error={fetched.error} />}
      {fetched.state === 'there' && fetched.value.length === 0 && <p>{words.empty}</p>}
      {fetched.state === 'there' && fetched.value.length > 0 && (
        <div class="files-columns">
          <ul class="file-list">
            {fetched.value.map((file) => (
              <li key={file.path}>
                <button
                  type="button"
                  class="text-button"
                  aria-pressed={path === file.path}
                  onClick={() => {
                    picked.value = file.path;
                  }}
                >
                  {file.path}
                </button>{' '}
                <span class="quiet">{words.bytes(file.bytes)}</span>
              </li>
            ))}
          </ul>
          <div class="file-view">
            {path === null ? (
              <p class="quiet">{words.pick}</p>
            ) : (
              <Viewer key={path} session={project.id} path={path} version={version} />
            )}
          </div>
        </div>
      )}
    </section>
  );
}
