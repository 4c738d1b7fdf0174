import { useApp } from '../app/app-context.ts';
import { strings } from '../strings/strings.ts';

/** Says that no Claude answers, and where there is room, what to do about it. */
export function DemoNote({ isBrief = false }: { isBrief?: boolean }) {
  if (!useApp().account.value?.demo) return null;
  return (
    <p class="demo-note">
      {strings.demo} {!isBrief && strings.demoHow}
    </p>
  );
}
