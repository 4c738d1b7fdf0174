import { signal } from '@preact/signals';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import type { Project } from '../project/project.ts';
import type { Turn } from '../project/view.ts';
import { type RateLimit, visitorLimit } from '../project/visitor-limit.ts';
import { sentenceOf } from '../strings/server-sentences.ts';
import { StoredSet } from '../ui/stored-set.ts';
import { appliesToModel, familyOf, isClosed } from './limit-windows.ts';

/** Milliseconds after the reset at which a prompt scheduled for the reset starts: clocks differ. */
export const START_AFTER_MS = 5000;

/** A reached limit that stops a project. */
export interface LimitOverlayState {
  /** Identifies the overlay once it was dismissed. */
  key: string;
  /** Whether the limit is of the visitor's own Claude account, not of the operator's key. */
  isOwn: boolean;
  /** The turn that ended at the limit; null if another project or device reached it. */
  turn: Turn | null;
  /** Whether the limit interrupted a turn that can be continued. */
  canContinue: boolean;
  /** Claude's own message, or null. */
  message: string | null;
  /** Why, where Claude has not said so itself; null else. */
  reason: string | null;
  /** When the limit resets (UNIX milliseconds); null if Claude gave no time. */
  opensAt: number | null;
  /** The rate limit that Claude reported with it, or null. */
  limit: RateLimit | null;
  /** The family of models that the limit applies to; null for all. */
  family: string | null;
  /** Whether sending is blocked until the reset. */
  isLocked: boolean;
  /** Whether the chosen model is outside of the limit. */
  isEvaded: boolean;
}

const stored = new StoredSet('limit.away');

/** Keys of dismissed overlays: only a click reopens them. */
const dismissed = signal<readonly string[]>(stored.all());

export const isDismissed = (key: string): boolean => dismissed.value.includes(key);

export function dismissLimitOverlay({ key, isOwn, limit }: LimitOverlayState): void {
  stored.add(key);
  // Also by the limit's own key, so that the same limit does not show again in every other project.
  if (isOwn && limit) stored.add(keyOf(limit));
  dismissed.value = stored.all();
}

export function reopenLimitOverlay(key: string): void {
  stored.remove(key);
  dismissed.value = stored.all();
}

/** Marks a prompt of the demo, which has no Claude accounts: its limit counts as the visitor's own. */
const DEMO_OWN = /#limit:\w+:own\b/;

const isOwnTurn = (turn: Turn, me: AccountDetail | null): boolean =>
  turn.payer === 'connection' || (me?.demo === true && DEMO_OWN.test(turn.prompt));

/** The limit that keeps the visitor from the next turn, or null. @param now UNIX milliseconds */
export function limitOverlayOf(
  { view, detail }: Project,
  me: AccountDetail | null,
  now: number,
): LimitOverlayState | null {
  const { turn, earlier, rateLimit } = view.value;
  const model = detail.value?.model ?? turn?.model ?? '';
  const own = visitorLimit(me, view.value);
  const closed = own && isClosed(own, now) && appliesToModel(own.rateLimitType, model) ? own : null;
  if (!turn?.exhausted) return me?.demo || !closed ? null : overlayElsewhere(closed);
  const { resetsAt, payer, fields = {}, message: said } = turn.exhausted;
  const isOurs = fields.reason !== undefined;
  const message = isOurs ? null : said;
  const reason = isOurs ? sentenceOf({ code: 'credit_exhausted', message: said, fields }) : null;
  const isOwn = isOwnTurn(turn, me);
  const reported = [rateLimit, own].find((one) => one?.status === 'rejected' && one.resetsAt === resetsAt) ?? null;
  const limit = reported ?? (isOwn ? closed : null);
  const family = familyOf(limit?.rateLimitType ?? null);
  const opensAt = later(resetsAt, isOwn ? (closed?.resetsAt ?? null) : null);
  const isEvaded = family !== null && model !== turn.model && !appliesToModel(limit?.rateLimitType ?? null, model);
  // The operator's limit does not apply any more if the visitor has connected their own Claude since.
  const isSamePayer = !me || me.payer === payer;
  const isLocked = opensAt !== null && opensAt > now && isSamePayer && !isEvaded;
  // Prompts that were queued behind the turn were refused after it.
  const refused = [...earlier.slice(earlier.findLastIndex(({ exhausted }) => !exhausted) + 1), turn];
  const canContinue = refused.some(({ steps }) => steps.length > 0);
  return { key: turn.id, isOwn, turn, canContinue, message, reason, opensAt, limit, family, isLocked, isEvaded };
}

/** The overlay of a limit that another project or device has reached. */
function overlayElsewhere(limit: RateLimit): LimitOverlayState {
  const { resetsAt, rateLimitType } = limit;
  return {
    key: keyOf(limit),
    isOwn: true,
    turn: null,
    canContinue: false,
    message: null,
    reason: null,
    opensAt: resetsAt,
    limit,
    family: familyOf(rateLimitType),
    isLocked: true,
    isEvaded: false,
  };
}

const keyOf = ({ rateLimitType, resetsAt }: RateLimit): string => `${rateLimitType} ${resetsAt}`;

const later = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
