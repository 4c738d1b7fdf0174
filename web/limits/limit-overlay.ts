import { signal } from '@preact/signals';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { ownLimit, type RateLimit } from '../project/own-limit.ts';
import type { Project } from '../project/project.ts';
import type { Turn } from '../project/view.ts';
import { StoredWords } from '../ui/stored-words.ts';
import { bindsModel, familyOf, isClosed } from './limit-windows.ts';

/** So long after the reset a prompt starts that was set to it: clocks differ. Milliseconds. */
export const START_AFTER_MS = 5000;

/** A limit at which a project does not go on. */
export interface LimitOverlayState {
  /** By what it is known once it was put away. */
  key: string;
  /** It is the visitor's own Claude, and not the operator's key. */
  isOwn: boolean;
  /** The turn that ended at it; null where another project, or another device, has met it. */
  turn: Turn | null;
  /** It has cut a turn short, which can be gone on with. */
  canContinue: boolean;
  /** Claude's own words, or null. */
  message: string | null;
  /** UNIX milliseconds at which it opens; null where Claude gave no time. */
  opensAt: number | null;
  /** The state that Claude told with it, or null. */
  limit: RateLimit | null;
  /** The family of models that it concerns; null where it concerns all. */
  family: string | null;
  /** Nothing is to be sent before it opens. */
  isLocked: boolean;
  /** A model was chosen that it does not concern. */
  isEvaded: boolean;
}

const away = new StoredWords('limit.away');

/** Walls that were put away: they come back on a press only. */
const putAway = signal<readonly string[]>(away.all());

export const isAway = (key: string): boolean => putAway.value.includes(key);

export function dismissLimitOverlay({ key, isOwn, limit }: LimitOverlayState): void {
  away.add(key);
  // The same limit is not to be met again in every other project.
  if (isOwn && limit) away.add(keyOf(limit));
  putAway.value = away.all();
}

export function reopenLimitOverlay(key: string): void {
  away.remove(key);
  putAway.value = away.all();
}

/** The demo has no accounts of Claude: a word in the prompt says whether the limit is to look like the visitor's own. */
const DEMO_OWN = /#limit:\w+:own\b/;

const isOwnTurn = (turn: Turn, me: AccountDetail | null): boolean =>
  turn.payer === 'connection' || (me?.demo === true && DEMO_OWN.test(turn.prompt));

/** What stands between the visitor and the next turn, or null. `now` in UNIX milliseconds. */
export function limitOverlayOf(
  { view, detail }: Project,
  me: AccountDetail | null,
  now: number,
): LimitOverlayState | null {
  const { turn, earlier, rateLimit } = view.value;
  const model = detail.value?.model ?? turn?.model ?? '';
  const told = ownLimit(me, view.value);
  const known = told && isClosed(told, now) && bindsModel(told.rateLimitType, model) ? told : null;
  if (!turn?.exhausted) return me?.demo || !known ? null : wallElsewhere(known);
  const { message, resetsAt, payer } = turn.exhausted;
  const isOwn = isOwnTurn(turn, me);
  const heard = [rateLimit, told].find((limit) => limit?.status === 'rejected' && limit.resetsAt === resetsAt) ?? null;
  const limit = heard ?? (isOwn ? known : null);
  const family = familyOf(limit?.rateLimitType ?? null);
  const opensAt = later(resetsAt, isOwn ? (known?.resetsAt ?? null) : null);
  const isEvaded = family !== null && model !== turn.model && !bindsModel(limit?.rateLimitType ?? null, model);
  // Who has connected a Claude meanwhile is not bound by the operator's limit.
  const isSamePayer = !me || me.payer === payer;
  const isLocked = opensAt !== null && opensAt > now && isSamePayer && !isEvaded;
  // Prompts that waited behind the turn were refused after it.
  const refused = [...earlier.slice(earlier.findLastIndex(({ exhausted }) => !exhausted) + 1), turn];
  const canContinue = refused.some(({ steps }) => steps.length > 0);
  return { key: turn.id, isOwn, turn, canContinue, message, opensAt, limit, family, isLocked, isEvaded };
}

function wallElsewhere(limit: RateLimit): LimitOverlayState {
  const { resetsAt, rateLimitType } = limit;
  return {
    key: keyOf(limit),
    isOwn: true,
    turn: null,
    canContinue: false,
    message: null,
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
