import { MousePointerClick, X } from 'lucide';
import { pickedLabel } from '../project/picked-element.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';

const words = strings.composer;

/** The element picked in the preview; its description precedes the prompt. */
export function PickedChip({ project }: { project: Project }) {
  const picked = project.picked.value;
  if (!picked) return null;
  return (
    <p class="picked">
      <Icon node={MousePointerClick} />
      <span class="picked-words">{words.pointed(pickedLabel(picked))}</span>
      <IconButton
        node={X}
        name={words.unpoint}
        onClick={() => {
          document.getElementById(COMPOSER_ID)?.focus();
          project.picked.value = null;
        }}
      />
    </p>
  );
}
