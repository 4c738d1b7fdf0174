import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Project } from '../project/project.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import type { Pane } from './pane-switch.tsx';

/** Once an element of the preview is picked, the next thing is to say what should become of it. */
export function usePicked(project: Project, pane: Signal<Pane>): void {
  const picked = project.picked.value;
  useEffect(() => {
    if (picked) pane.value = 'conversation';
  }, [picked, pane]);
  useEffect(() => {
    // After the pane: what is covered takes no focus.
    if (picked && pane.value === 'conversation') document.getElementById(COMPOSER_ID)?.focus();
  }, [picked, pane, pane.value]);
}
