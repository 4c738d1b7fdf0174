import { COMPOSER_ID } from '../ui/composer-id.ts';
import { useModule } from '../ui/use-module.ts';
import type { Attachments } from './attachments.ts';

const load = () => import('./attachment-items.tsx');

interface Props {
  attachments: Attachments;
  /** The field that gets the focus after an attachment was removed. */
  focusId?: string;
}

/** {@link AttachmentItems}, loaded with the first attachment or refusal. */
export function AttachmentList({ attachments, focusId = COMPOSER_ID }: Props) {
  const isWanted = attachments.items.value.length + attachments.refusals.value.length > 0;
  const items = useModule(load, isWanted);
  return isWanted && items.state === 'there' ? (
    <items.module.AttachmentItems attachments={attachments} focusId={focusId} />
  ) : null;
}
