import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';

const words = strings.composer;
const modes = ['build', 'ask'] as const;

/** Keeps the choice for this tab, so that it survives a reload. */
function useKeptMode(project: Project): void {
  useEffect(() => {
    const { mode } = project.outgoing;
    const key = `redraw.mode.${project.id}`;
    try {
      if (sessionStorage.getItem(key) !== null) mode.value = 'ask';
    } catch {
      // Storage is blocked: the choice lives as long as the page.
    }
    return effect(() => {
      const isAsk = mode.value === 'ask';
      try {
        if (isAsk) sessionStorage.setItem(key, 'ask');
        else sessionStorage.removeItem(key);
      } catch {
        // Storage is full or blocked.
      }
    });
  }, [project]);
}

/** Chooses whether the prompts from the box build, or ask and change nothing. */
export function ModeSwitch({ project }: { project: Project }) {
  const { mode } = project.outgoing;
  useKeptMode(project);
  return (
    <fieldset class="pane-switch" aria-label={words.modes.label}>
      {modes.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={mode.value === name}
          onClick={() => {
            mode.value = name;
          }}
        >
          {words.modes[name]}
        </button>
      ))}
    </fieldset>
  );
}
