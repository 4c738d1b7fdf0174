import { useSignal } from '@preact/signals';
import { isBlank } from '../../src/protocol/is-blank.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';

/** The project's title, editable in place. Enter or blur saves it, Escape discards the change. */
export function ProjectTitle({ project }: { project: Project }) {
  const draft = useSignal<string | null>(null);
  const title = project.title.value || strings.builder.untitled;
  const save = () => {
    const wanted = draft.value?.trim();
    draft.value = null;
    if (wanted && !isBlank(wanted) && wanted !== title) void project.rename(wanted);
  };
  return (
    <h1 class="project-title">
      <input
        aria-label={strings.builder.title}
        title={strings.builder.rename}
        maxLength={limits.titleChars}
        value={draft.value ?? title}
        disabled={!project.detail.value}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
        }}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Escape') draft.value = null;
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </h1>
  );
}
