import type { VersionEntry } from '../../src/protocol/resources.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import type { ViewState } from './view-state.ts';

const words = strings.versions;

/** What a version is called, also where its turn was given no words. */
export function versionLabel({ label, kind }: Pick<VersionEntry, 'label' | 'kind'>): string {
  return label || words.kind(kind);
}

/** Says that an older version is on the sheet, and what can be done with it. */
export function VersionLook({ project, desk }: { project: Project; desk: ViewState }) {
  const version = desk.looking.value;
  const entry = project.detail.value?.versions.find((one) => one.version === version);
  return (
    <div role="status" class="look-status">
      {version !== null && desk.comparison.value === null && (
        <div class="look">
          <p>
            <strong>{words.looking(version, entry ? versionLabel(entry) : '')}</strong> {words.lookingHint}
          </p>
          <p class="look-actions">
            <button type="button" class="button" onClick={() => desk.lookAt(null)}>
              {words.backToNow}
            </button>
            <button
              type="button"
              class="text-button"
              aria-label={words.goThereLabel(version)}
              disabled={project.running.value}
              onClick={() => void project.revert(version).then((moved) => moved && desk.lookAt(null))}
            >
              {words.goThere}
            </button>
            <button
              type="button"
              class="text-button"
              aria-label={words.compareLabel(version)}
              onClick={() => desk.compare(version, null)}
            >
              {words.compare}
            </button>
          </p>
        </div>
      )}
    </div>
  );
}
