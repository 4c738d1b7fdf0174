import { useSignal } from '@preact/signals';
import { Lock } from 'lucide';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import { Icon } from '../ui/icon.tsx';
import { useModule } from '../ui/use-module.ts';
import { useNow } from '../ui/use-now.ts';
import {
  dismissLimitOverlay,
  isDismissed,
  type LimitOverlayState,
  limitOverlayOf,
  START_AFTER_MS,
} from './limit-overlay.ts';
import { canNotify, resetReminderOf } from './reset-reminder.ts';

const words = strings.limit;
const loadPicker = () => import('../models/model-picker.tsx');

type Options = { force?: boolean; notBefore?: number };

/** Goes on where the turn stopped; one that had not begun is sent once more. */
function goOn(project: Project, { turn }: LimitOverlayState, options: Options): void {
  if (turn && turn.steps.length > 0) void project.send(words.continuePrompt, options);
  else project.sendAgain(options);
}

/** Which limit it is, and until when. */
function Facts({ wall, now }: { wall: LimitOverlayState; now: number }) {
  const { isOwn, limit, opensAt, turn, family, isEvaded } = wall;
  const name = isOwn && limit?.rateLimitType ? words.window(limit.rateLimitType) : null;
  const reason = isOwn ? limit?.overageDisabledReason : null;
  const isOpen = opensAt !== null && opensAt <= now;
  const more = [
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
      {more.length > 0 && <p class="quiet">{more.join(' ')}</p>}
    </>
  );
}

/** Retry, and going on: locked until the limit opens. */
function Locked({ project, wall, now }: { project: Project; wall: LimitOverlayState; now: number }) {
  const { turn, canContinue, isLocked, isOwn, opensAt } = wall;
  if (!turn) return null;
  const isOff = isLocked || project.sending.value !== null;
  const locked = isLocked && <span class="visually-hidden">({words.locked})</span>;
  return (
    <>
      {canContinue && (
        <button
          type="button"
          class={isLocked && !isOwn ? 'button' : 'button is-main'}
          disabled={isOff}
          onClick={() => void project.send(words.continuePrompt, { force: true })}
        >
          {isLocked && <Icon node={Lock} />}
          {words.continue}
          {locked}
        </button>
      )}
      <button
        type="button"
        class={canContinue || isLocked ? 'button' : 'button is-main'}
        disabled={isOff}
        onClick={() => project.sendAgain({ force: true })}
      >
        {isLocked && <Icon node={Lock} />}
        {words.retry}
        {locked}
        {isLocked && opensAt !== null && <span aria-hidden="true">{words.left(opensAt - now)}</span>}
      </button>
    </>
  );
}

/** What can be done until it opens. */
function Meanwhile({ project, wall, now }: { project: Project; wall: LimitOverlayState; now: number }) {
  const { turn, isLocked, isOwn, opensAt } = wall;
  const reminder = resetReminderOf(useApp());
  if (!isLocked || opensAt === null) return null;
  const isSet = project.view.value.queue.some(({ notBefore = 0 }) => notBefore > now);
  const isReminded = reminder.at.value === opensAt;
  return (
    <>
      {turn && !isSet && (
        <button
          type="button"
          class="text-button"
          onClick={() => goOn(project, wall, { notBefore: opensAt + START_AFTER_MS })}
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
        <button type="button" class="text-button" onClick={() => goOn(project, wall, { force: true })}>
          {words.tryAnyway}
        </button>
      )}
    </>
  );
}

/** What was arranged for the time when it opens. */
function Arranged({ project, wall, now }: { project: Project; wall: LimitOverlayState; now: number }) {
  const { opensAt } = wall;
  const reminder = resetReminderOf(useApp());
  const start = project.view.value.queue.find(({ notBefore = 0 }) => notBefore > now)?.notBefore;
  const isReminded = opensAt !== null && reminder.at.value === opensAt;
  return (
    <div role="status" class="limit-arranged">
      {start !== undefined && <p>{words.startSet(start, now)}</p>}
      {isReminded && <p>{canNotify() ? words.reminded(opensAt, now) : words.remindedHere(opensAt, now)}</p>}
    </div>
  );
}

/** What a screen reader is told: once when the wall comes, and once when it opens. The countdown is never read out. */
function useTold(wall: LimitOverlayState | null): string {
  const [told, setTold] = useState('');
  const key = wall && !isDismissed(wall.key) ? wall.key : null;
  const isOpen = wall?.opensAt !== null && wall?.isLocked === false;
  const text = useMemo(() => {
    if (!wall || key === null) return '';
    if (isOpen) return words.openedSay;
    const { opensAt, message } = wall;
    const resets = opensAt === null ? '' : `${words.resetsSay(opensAt, Date.now())}.`;
    return `${words.heading}. ${message ?? ''} ${resets}`;
  }, [key, isOpen]);
  // A place that comes with its text is not heard.
  useEffect(() => setTold(text), [text]);
  return told;
}

/** A limit is reached: why, until when, and what can be done. Stays until it is put away or another turn starts. */
export function LimitOverlay({ project }: { project: Project }) {
  const app = useApp();
  const { account, openDialog, refused } = app;
  // A reminder that was set before a reload runs from here on.
  resetReminderOf(app);
  const now = useNow(true);
  const picksModel = useSignal(false);
  const picker = useModule(loadPicker, picksModel.value);
  const wall = limitOverlayOf(project, account.value, now);
  const told = useTold(wall);
  const isShown = wall !== null && !isDismissed(wall.key);
  const isOpen = wall?.opensAt != null && wall.opensAt <= now;
  const connect = () => {
    refused.value = null;
    openDialog.value = 'payer';
  };
  const dismiss = () => {
    if (!wall) return;
    document.getElementById(COMPOSER_ID)?.focus();
    dismissLimitOverlay(wall);
  };
  return (
    <>
      <p class="visually-hidden" role="status">
        {told}
      </p>
      {isShown && (
        <section class="limit" aria-labelledby="limit-heading">
          <h2 id="limit-heading">{isOpen ? words.opened : words.heading}</h2>
          {wall.message && !isOpen && (
            <blockquote class="claude-words">
              <span class="visually-hidden">Claude: </span>
              {wall.message}
            </blockquote>
          )}
          <Facts wall={wall} now={now} />
          <p class="limit-actions">
            {!wall.isOwn && wall.isLocked && (
              <button type="button" class="button is-main" onClick={connect}>
                {words.connect}
              </button>
            )}
            {wall.isOwn && wall.family && !wall.isEvaded && !isOpen && (
              <button
                type="button"
                class="button is-main"
                aria-haspopup="dialog"
                onClick={() => {
                  picksModel.value = true;
                }}
              >
                {words.model}
              </button>
            )}
            <Locked project={project} wall={wall} now={now} />
          </p>
          <p class="limit-actions">
            <Meanwhile project={project} wall={wall} now={now} />
            <button type="button" class="text-button" onClick={dismiss}>
              {strings.dismiss}
            </button>
          </p>
          <Arranged project={project} wall={wall} now={now} />
        </section>
      )}
      {picksModel.value && picker.state === 'there' && (
        <picker.module.ModelPicker
          project={project}
          onClose={() => {
            picksModel.value = false;
          }}
        />
      )}
    </>
  );
}
