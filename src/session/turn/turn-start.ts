import type { Lease } from '../../account/billing/admission-types.ts';
import { type AttachedFile, imageBlock, imagesOf } from '../../agent/request-images.ts';
import { withoutOwnTags } from '../../protocol/own-tags.ts';
import type { VersionEntry } from '../../protocol/resources.ts';
import { versionLabel } from '../../workspace/version-label.ts';
import { absolutePath } from '../../workspace/workspace-path.ts';
import { summaryInstruction } from './conversation-summary.ts';
import type { TurnContext } from './turn-context.ts';
import type { TurnRow } from './turn-store.ts';

/** Maximum paths named in a note to Claude. */
const maxPaths = 30;

/** A path as a note names it. */
const nameOf = (path: string): string => withoutOwnTags(absolutePath(path));

/**
 * Changes to the files since Claude's last turn, as a sentence for Claude, or null.
 *
 * @param withTurns whether turns count, too: those since were refused, and Claude does not know of them
 */
function changesSince(
  { workspace }: Pick<TurnContext, 'workspace'>,
  lastTurnAt: number,
  withTurns: boolean,
): string | null {
  const others = workspace
    .history()
    .filter(
      (version) =>
        (version.kind !== 'turn' && version.createdAt >= lastTurnAt) || (withTurns && version.createdAt > lastTurnAt),
    );
  if (others.length === 0) return null;
  const verbs: Record<VersionEntry['kind'], string> = {
    turn: 'built',
    edit: 'edited by hand',
    undo: 'undone',
    redo: 'redone',
    revert: 'put back to an older version',
  };
  const kinds = [...new Set(others.map((version) => verbs[version.kind]))].join(', ');
  const paths = [...new Set(others.flatMap((version) => version.changed))];
  const named = paths.slice(0, maxPaths).map(nameOf).join(', ');
  // A version with very many paths does not tell which the others are, and another may have them, too.
  const isWhole = others.every((version) => version.more === undefined);
  const rest = isWhole ? (paths.length > maxPaths ? ` and ${paths.length - maxPaths} more` : '') : ' and many more';
  if (withTurns)
    return `Files changed since your last turn (${kinds}): ${named}${rest}. View a file before you edit it.`;
  return `The visitor changed files since your last turn (${kinds}): ${named}${rest}. View a file before you edit it.`;
}

/** The tools and the system prompt stay those of every turn, so that the prompt cache hits. */
const askNote =
  'This prompt is a question: answer it in words, and change nothing. In this turn only tools that read work; each call that would change something is refused.';

/** A note for Claude ahead of the prompt, with what the transcript does not tell; null where there is nothing to say. */
function contextNote(session: Pick<TurnContext, 'transcript' | 'turns' | 'workspace'>, turn: TurnRow): string | null {
  const notes: string[] = [];
  if (turn.mode === 'ask') notes.push(askNote);
  const unknown = session.transcript.unsentTurns();
  const newest = session.turns.last();
  const last = session.turns.last(unknown);
  if (last?.state === 'stopped') notes.push('The visitor stopped your last turn before it was done.');
  if (last?.state === 'failed') notes.push('Your last turn was cut short by an error.');
  if (last?.state === 'exhausted')
    notes.push(
      'Your last turn was cut short by a usage limit. What it has written is in the files: go on from there and repeat nothing.',
    );
  const changes = changesSince(session, last?.finishedAt ?? 0, newest !== null && newest.id !== last?.id);
  if (changes !== null) notes.push(changes);
  if (turn.attachments.length > 0) {
    const names = turn.attachments.map(nameOf).join(', ');
    notes.push(`The visitor attached files to this prompt: ${names}.`);
  }
  return notes.length > 0 ? `<note>${notes.join(' ')}</note>` : null;
}

function attachedFiles({ workspace }: Pick<TurnContext, 'workspace'>, turn: TurnRow): AttachedFile[] {
  return turn.attachments.flatMap((path) => {
    const file = workspace.stat(path);
    return file ? [{ hash: file.hash, bytes: file.bytes, read: () => workspace.read(path) }] : [];
  });
}

const modeField = ({ mode }: TurnRow) => (mode === 'build' ? {} : { mode });

const attachmentsField = ({ attachments }: TurnRow) => (attachments.length > 0 ? { attachments } : {});

/** Begins a turn, in one transaction: its user message, its first events and its row. `now` in UNIX milliseconds. */
export function beginTurn(
  session: TurnContext,
  turn: TurnRow,
  lease: Pick<Lease, 'payer' | 'trial' | 'model' | 'hold' | 'sandboxSleepSeconds'>,
  previewUrl: string,
  now: number,
): TurnRow {
  const { credits, log, meta, sandbox, transcript, turns } = session;
  const note = contextNote(session, turn);
  const asked = turn.mode === 'fresh_start' ? summaryInstruction : turn.prompt;
  const texts = [...(note === null ? [] : [note]), asked].map((text) => ({ type: 'text' as const, text }));
  // Images before text: Claude understands a text about images best that way.
  const blocks = [...imagesOf(attachedFiles(session, turn)).map(imageBlock), ...texts];
  const { payer, trial, model } = lease;
  const row = turns.begin(turn.id, payer, model, log.seq + 1, now);
  if (lease.hold) credits.add(turn.id, lease.hold);
  const idleSeconds = String(lease.sandboxSleepSeconds ?? '');
  if (idleSeconds !== (meta.get('idle_seconds') ?? '')) meta.set({ idle_seconds: idleSeconds });
  transcript.add(turn.id, 0, 'prompt', { blocks, text: turn.prompt, ...modeField(turn) });
  const title = meta.get('title') || versionLabel(turn.prompt);
  const { commands, why } = sandbox.sandbox.capabilities;
  const project =
    meta.get('state') === 'new'
      ? { project: { title, model: meta.need('model'), commands, why, hosts: sandbox.allowedHosts } }
      : {};
  log.emit(
    { type: 'session', data: { session: meta.need('id'), previewUrl, model, payer, trial, ...project } },
    turn.id,
  );
  const about = { ...modeField(turn), ...attachmentsField(turn) };
  log.emit({ type: 'turn_started', data: { turn: turn.id, prompt: turn.prompt, model, payer, ...about } }, turn.id);
  meta.set({ updated_at: String(now), ...(meta.get('state') === 'new' ? { state: 'live' } : {}), title });
  return row;
}
