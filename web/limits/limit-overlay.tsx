import { useSignal } from '@preact/signals';
import { Lock } from 'lucide';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { serverNow } from '../api/server-clock.ts';
import { type App, useApp } from '../app/app-context.ts';
import { startFresh } from '../app/start-fresh.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import { Icon } from '../ui/icon.tsx';
import { useModule } from '../ui/use-module.ts';
import { useNow } from '../ui/use-now.ts';
import { ExpiryNotice } from './expiry-notice.tsx';
import {
  dismissLimitOverlay,
  isDismissed,
  type LimitOverlayState,
  limitOverlayOf,
  START_AFTER_MS,
} from './limit-overlay-state.ts';
import { canNotify, resetReminderOf } from './reset-reminder.ts';

const words = strings.limit;
const loadPicker = () => import('../models/model-picker.tsx');

type SendOptions = { force?: boolean; notBefore?: number };

/** Does what the turn was to do once more, whatever is known of limits. */
function tryAnyway(app: App, project: Project, { turn }: LimitOverlayState): void {
  if (turn?.mode === 'fresh_start') void startFresh(app, { force: true });
  else project.sendAgain({ force: true });
}

/** Continues a turn that was cut short; sends the prompt again if it had no steps. */
function continueTurn(project: Project, { turn }: LimitOverlayState, options: SendOptions): void {
  if (turn && turn.steps.length > 0) void project.send(words.continuePrompt, options);
  else project.sendAgain(options);
}

/** Which limit was reached, until when, and what it means for this project. */
function LimitReason({ overlay, now }: { overlay: LimitOverlayState; now: number }) {
  const { isOwn, limit, opensAt, turn, family, isEvaded } = overlay;
  const name = isOwn && limit?.rateLimitType ? words.window(limit.rateLimitType) : null;
  const reason = isOwn ? limit?.overageDisabledReason : null;
  const isOpen = opensAt !== null && opensAt <= now;
  const notes = [
    ...(reason && !isOpen ? [words.reason(reason)] : []),
    ...(turn && turn.changed.length > 0 ? [words.kept] : []),
  ];
  return (
    <>
      {opensAt !== null && !isOpen && (
        <p class="limit-when">
          {name ? (
            <>
              <span class="limit-name">{name}</span> {words.resets(opensAt, now)}
            </>
          ) : (
            words.resetsSay(opensAt, now)
          )}
          <span aria-hidden="true">, {words.left(opensAt - now)}</span>
        </p>
      )}
      {!isOwn && (
        <p>
          {words.shared} {turn?.counted === false && words.sharedNot} {words.connectLead}
        </p>
      )}
      {!turn && <p>{words.elsewhere}</p>}
      {family && !isOpen && (
        <p>{isEvaded ? words.modelOpen : words.modelLead(family === 'opus' ? 'Opus' : 'Sonnet')}</p>
      )}
      {notes.length > 0 && <p class="quiet">{notes.join(' ')}</p>}
    </>
  );
}

/** Continue and retry: locked until the limit opens. */
function RetryActions({ project, overlay, now }: { project: Project; overlay: LimitOverlayState; now: number }) {
  const app = useApp();
  const { turn, canContinue, isLocked, isOwn, opensAt } = overlay;
  if (!turn) return null;
  const isFreshStart = turn.mode === 'fresh_start';
  const isDisabled = isLocked || project.sending.value !== null;
  const lockedNote = isLocked && <span class="visually-hidden">({words.locked})</span>;
  return (
    <>
      {canContinue && !isFreshStart && (
        <button
          type="button"
          class={isLocked && !isOwn ? 'button' : 'button is-main'}
          disabled={isDisabled}
          onClick={() => void project.send(words.continuePrompt, { force: true })}
        >
          {isLocked && <Icon node={Lock} />}
          {words.continue}
          {lockedNote}
        </button>
      )}
      <button
        type="button"
        class={(canContinue && !isFreshStart) || isLocked ? 'button' : 'button is-main'}
        disabled={isDisabled}
        onClick={() => tryAnyway(app, project, overlay)}
      >
        {isLocked && <Icon node={Lock} />}
        {words.retry}
        {lockedNote}
        {isLocked && opensAt !== null && <span aria-hidden="true">{words.left(opensAt - now)}</span>}
      </button>
    </>
  );
}

/** Actions while the limit is closed: schedule the prompt, set a reminder, try anyway. */
function WaitActions({ project, overlay, now }: { project: Project; overlay: LimitOverlayState; now: number }) {
  const { turn, isLocked, isOwn, opensAt } = overlay;
  const app = useApp();
  const reminder = resetReminderOf(app);
  if (!isLocked || opensAt === null) return null;
  const isScheduled = project.view.value.queue.some(({ notBefore = 0 }) => notBefore > now);
  const isReminded = reminder.at.value === opensAt;
  const isFreshStart = turn?.mode === 'fresh_start';
  return (
    <>
      {turn && !isFreshStart && !isScheduled && (
        <button
          type="button"
          class="text-button"
          onClick={() => continueTurn(project, overlay, { notBefore: opensAt + START_AFTER_MS })}
        >
          {words.startThen(opensAt, now)}
        </button>
      )}
      <button
        type="button"
        class="text-button"
        aria-pressed={isReminded}
        onClick={() => (isReminded ? reminder.cancel() : void reminder.set(opensAt))}
      >
        {isReminded ? words.unremind : words.remind}
      </button>
      {turn && isOwn && (
        <button
          type="button"
          class="text-button"
          onClick={() =>
            isFreshStart ? tryAnyway(app, project, overlay) : continueTurn(project, overlay, { force: true })
          }
        >
          {words.tryAnyway}
        </button>
      )}
    </>
  );
}

/** The scheduled prompt and the reminder, if set. */
function ScheduledNotes({ project, overlay, now }: { project: Project; overlay: LimitOverlayState; now: number }) {
  const { opensAt } = overlay;
  const reminder = resetReminderOf(useApp());
  const scheduledAt = project.view.value.queue.find(({ notBefore = 0 }) => notBefore > now)?.notBefore;
  const isReminded = opensAt !== null && reminder.at.value === opensAt;
  return (
    <div role="status" class="limit-arranged">
      {scheduledAt !== undefined && <p>{words.startSet(scheduledAt, now)}</p>}
      {isReminded && <p>{canNotify() ? words.reminded(opensAt, now) : words.remindedHere(opensAt, now)}</p>}
    </div>
  );
}

/** The text for screen readers: set when the overlay appears, and again when the limit opens. The countdown is never read out. */
function useAnnouncement(overlay: LimitOverlayState | null): string {
  const [announcement, setAnnouncement] = useState('');
  const key = overlay && !isDismissed(overlay.key) ? overlay.key : null;
  const isOpen = overlay?.opensAt !== null && overlay?.isLocked === false;
  const text = useMemo(() => {
    if (!overlay || key === null) return '';
    if (isOpen) return words.openedSay;
    const { opensAt, message, reason } = overlay;
    const resets = opensAt === null ? '' : `${words.resetsSay(opensAt, serverNow())}.`;
    return `${words.heading}. ${message ?? reason ?? ''} ${resets}`;
  }, [key, isOpen]);
  // Live regions announce changes only: the text must arrive after the element.
  useEffect(() => setAnnouncement(text), [text]);
  return announcement;
}

/** The overlay of a reached limit: why, until when, and what to do. It stays until it is dismissed or another turn starts. */
export function LimitOverlay({ project }: { project: Project }) {
  const app = useApp();
  const { account, openDialog, refused } = app;
  // Creating it resumes a reminder set before a reload.
  resetReminderOf(app);
  const now = useNow(true);
  const isPickingModel = useSignal(false);
  const picker = useModule(loadPicker, isPickingModel.value);
  const overlay = limitOverlayOf(project, account.value, now);
  const announcement = useAnnouncement(overlay);
  const isShown = overlay !== null && !isDismissed(overlay.key);
  const isOpen = overlay?.opensAt != null && overlay.opensAt <= now;
  const connect = () => {
    refused.value = null;
    openDialog.value = 'payer';
  };
  const dismiss = () => {
    if (!overlay) return;
    document.getElementById(COMPOSER_ID)?.focus();
    dismissLimitOverlay(overlay);
  };
  return (
    <>
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
      {isShown && (
        <section class="limit" aria-labelledby="limit-heading">
          <h2 id="limit-heading">{isOpen ? words.opened : words.heading}</h2>
          {overlay.message && !isOpen && (
            <blockquote class="claude-words">
              <span class="visually-hidden">Claude: </span>
              <span lang="en">{overlay.message}</span>
            </blockquote>
          )}
          {overlay.reason && !isOpen && <p>{overlay.reason}</p>}
          <LimitReason overlay={overlay} now={now} />
          <p class="limit-actions">
            {!overlay.isOwn && overlay.isLocked && (
              <button type="button" class="button is-main" onClick={connect}>
                {words.connect}
              </button>
            )}
            {overlay.isOwn && overlay.family && !overlay.isEvaded && !isOpen && (
              <button
                type="button"
                class="button is-main"
                aria-haspopup="dialog"
                onClick={() => {
                  isPickingModel.value = true;
                }}
              >
                {words.model}
              </button>
            )}
            <RetryActions project={project} overlay={overlay} now={now} />
          </p>
          <p class="limit-actions">
            <WaitActions project={project} overlay={overlay} now={now} />
            <button type="button" class="text-button" onClick={dismiss}>
              {strings.dismiss}
            </button>
          </p>
          <ScheduledNotes project={project} overlay={overlay} now={now} />
        </section>
      )}
      <ExpiryNotice project={project} />
      {isPickingModel.value && picker.state === 'there' && (
        <picker.module.ModelPicker
          project={project}
          onClose={() => {
            isPickingModel.value = false;
          }}
        />
      )}
    </>
  );
}
