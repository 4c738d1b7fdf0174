import type { VersionEntry } from '../../src/protocol/resources.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import type { ViewState } from './view-state.ts';

const words = strings.versions;

/** Label of a version, or the name of its kind if it has none. */
export function versionLabel({ label, kind }: Pick<VersionEntry, 'label' | 'kind'>): string {
  return label || words.kind(kind);
}

/** Says that the preview shows an older version, with buttons to return, restore and compare. */
export function OldVersionNotice({ project, viewState }: { project: Project; viewState: ViewState }) {
  const version = viewState.looking.value;
  const entry = project.detail.value?.versions.find((candidate) => candidate.version === version);
  return (
    <div role="status" class="look-status">
      {version !== null && viewState.comparison.value === null && (
        <div class="look">
          <p>
            <strong>{words.looking(version, entry ? versionLabel(entry) : '')}</strong> {words.lookingHint}
          </p>
          <p class="look-actions">
            <button type="button" class="button" onClick={() => viewState.lookAt(null)}>
              {words.backToNow}
            </button>
            <button
              type="button"
              class="text-button"
              aria-label={words.goThereLabel(version)}
              disabled={project.running.value}
              onClick={() => void project.revert(version).then((isReverted) => isReverted && viewState.lookAt(null))}
            >
              {words.goThere}
            </button>
            <button
              type="button"
              class="text-button"
              aria-label={words.compareLabel(version)}
              onClick={() => viewState.compare(version, null)}
            >
              {words.compare}
            </button>
          </p>
        </div>
      )}
    </div>
  );
}
