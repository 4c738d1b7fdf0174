import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Project } from '../project/project.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import type { Pane } from './pane-switch.tsx';

/** Moves to the prompt box when an element of the preview is picked: the next step is to describe its change. */
export function useComposeOnPick(project: Project, pane: Signal<Pane>): void {
  const picked = project.picked.value;
  useEffect(() => {
    if (picked) pane.value = 'conversation';
  }, [picked, pane]);
  useEffect(() => {
    // Only once the pane has changed: elements of a covered pane are inert and take no focus.
    if (picked && pane.value === 'conversation') document.getElementById(COMPOSER_ID)?.focus();
  }, [picked, pane, pane.value]);
}
