import type { Attachments } from '../state/attachments.ts';
import { COMPOSER_ID } from './composer-id.ts';
import { useModule } from './use-module.ts';

const load = () => import('./attachment-items.tsx');

interface Props {
  attachments: Attachments;
  /** The field that gets the focus when what had it goes away. */
  focusId?: string;
}

/** The files that go with the prompt, and why others cannot; loaded with the first of them. */
export function AttachmentList({ attachments, focusId = COMPOSER_ID }: Props) {
  const isWanted = attachments.items.value.length + attachments.refusals.value.length > 0;
  const items = useModule(load, isWanted);
  return isWanted && items.state === 'there' ? (
    <items.module.AttachmentItems attachments={attachments} focusId={focusId} />
  ) : null;
}
