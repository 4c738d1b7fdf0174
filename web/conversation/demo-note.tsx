import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';

/** Says that demo mode is on (no real Claude answers) and, unless brief, how to change that. */
export function DemoNote({ isBrief = false }: { isBrief?: boolean }) {
  if (!useApp().account.value?.demo) return null;
  return (
    <p class="demo-note">
      {strings.demo} {!isBrief && strings.demoHow}
    </p>
  );
}
