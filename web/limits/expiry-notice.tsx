import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { serverNow } from '../api/server-clock.ts';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';

const words = strings.limit;

/** How long before the deletion it is told: two weeks, which a look at the project leaves, and the time until this page has read it. Milliseconds. */
const NOTICE_MS = 14.5 * 24 * 3_600_000;

/** Projects whose notice was dismissed, as long as the page is open. */
const dismissed = signal<readonly string[]>([]);

/** Says that a visitor's project is about to be deleted, and what keeps it. */
export function ExpiryNotice({ project }: { project: Project }) {
  const { account, api, openDialog, refused } = useApp();
  const at = project.detail.value?.expiresAt ?? null;
  const isVisitor = account.value?.kind === 'visitor';
  const isDue = isVisitor && at !== null && at - serverNow() <= NOTICE_MS;
  const isShown = isDue && !dismissed.value.includes(project.id);
  const text = isShown ? words.expires(at) : '';
  // Live regions announce changes only: the text must arrive after the element.
  const [announcement, setAnnouncement] = useState('');
  useEffect(() => setAnnouncement(text), [text]);
  return (
    <>
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
      {isShown && (
        <section class="limit" aria-labelledby="expiry-heading">
          <h2 id="expiry-heading">{text}</h2>
          <p>{words.expiresWhy}</p>
          <p class="limit-actions">
            <button
              type="button"
              class="button is-main"
              aria-haspopup="dialog"
              onClick={() => {
                refused.value = null;
                openDialog.value = 'payer';
              }}
            >
              {words.expiresSignIn}
            </button>
            <a class="button" href={api.exportUrl(project.id)} download>
              {strings.sheet.zip}
            </a>
            <button
              type="button"
              class="text-button"
              onClick={() => {
                document.getElementById(COMPOSER_ID)?.focus();
                dismissed.value = [...dismissed.value, project.id];
              }}
            >
              {strings.dismiss}
            </button>
          </p>
        </section>
      )}
    </>
  );
}
