import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { versionName } from './version-name.ts';
import type { ViewState } from './view-state.ts';

const words = strings.versions;

/** Says that the preview shows an older version, with buttons to return, restore and compare. */
export function OldVersionNotice({ project, viewState }: { project: Project; viewState: ViewState }) {
  const version = viewState.looking.value;
  const versions = project.detail.value?.versions ?? [];
  const entry = versions.find((candidate) => candidate.version === version);
  const isGone = entry?.gone === true;
  return (
    <div role="status" class="look-status">
      {version !== null && viewState.comparison.value === null && (
        <div class="look">
          <p>
            <strong>{words.looking(version, entry ? versionName(entry, versions) : '')}</strong>{' '}
            {isGone ? words.goneWhy : words.lookingHint}
          </p>
          <p class="look-actions">
            <button type="button" class="button" onClick={() => viewState.lookAt(null)}>
              {words.backToNow}
            </button>
            <button
              type="button"
              class="text-button"
              aria-label={words.goThereLabel(version)}
              disabled={project.running.value || isGone}
              title={project.running.value ? strings.sheet.wait : undefined}
              onClick={() => void project.revert(version).then((isReverted) => isReverted && viewState.lookAt(null))}
            >
              {words.goThere}
            </button>
            <button
              type="button"
              class="text-button"
              aria-label={words.compareLabel(version)}
              disabled={isGone}
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
