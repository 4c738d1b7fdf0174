import type { Lease } from '../../account/billing/admission.ts';
import { type AttachedFile, imageBlock, imagesOf } from '../../agent/request-images.ts';
import type { VersionEntry } from '../../protocol/resources.ts';
import { versionLabel } from '../../workspace/version-label.ts';
import type { SessionContext } from '../session-context.ts';
import type { TurnRow } from './turn-store.ts';

/** Paths named in a note to Claude at the most. */
const maxPaths = 30;

/** What happened to the files since Claude's last turn, in a sentence for Claude, or null. */
function changesSince(parts: SessionContext, lastTurnAt: number): string | null {
  const others = parts.workspace
    .history()
    .filter((version) => version.kind !== 'turn' && version.createdAt >= lastTurnAt);
  if (others.length === 0) return null;
  const what: Record<VersionEntry['kind'], string> = {
    turn: 'built',
    edit: 'edited by hand',
    undo: 'undone',
    redo: 'redone',
    revert: 'put back to an older version',
  };
  const kinds = [...new Set(others.map((version) => what[version.kind]))].join(', ');
  const paths = [...new Set(others.flatMap((version) => version.changed))];
  const named = paths
    .slice(0, maxPaths)
    .map((path) => `/app/${path}`)
    .join(', ');
  const more = paths.length > maxPaths ? ` and ${paths.length - maxPaths} more` : '';
  return `The visitor changed files since your last turn (${kinds}): ${named}${more}. View a file before you edit it.`;
}

/** What Claude is told before the prompt itself: what it could not know from the transcript. */
function noteBefore(parts: SessionContext, turn: TurnRow): string | null {
  const notes: string[] = [];
  const last = parts.turns.last();
  if (last?.state === 'stopped') notes.push('The visitor stopped your last turn before it was done.');
  if (last?.state === 'failed') notes.push('Your last turn was cut short by an error.');
  if (last?.state === 'exhausted')
    notes.push(
      'Your last turn was cut short by a usage limit. What it has written is in the files: go on from there and repeat nothing.',
    );
  const changes = changesSince(parts, last?.finishedAt ?? 0);
  if (changes !== null) notes.push(changes);
  if (turn.attachments.length > 0) {
    const names = turn.attachments.map((path) => `/app/${path}`).join(', ');
    notes.push(`The visitor attached files to this prompt: ${names}.`);
  }
  return notes.length > 0 ? `<note>${notes.join(' ')}</note>` : null;
}

function attachedFiles({ workspace }: SessionContext, turn: TurnRow): AttachedFile[] {
  return turn.attachments.flatMap((path) => {
    const file = workspace.stat(path);
    return file ? [{ hash: file.hash, bytes: file.bytes, read: () => workspace.read(path) }] : [];
  });
}

const attachedTo = ({ attachments }: TurnRow) => (attachments.length > 0 ? { attachments } : {});

/** Lets an admitted turn begin: the user message and the first events of the turn, in one transaction. */
export function beginTurn(
  parts: SessionContext,
  turn: TurnRow,
  lease: Pick<Lease, 'payer' | 'trial' | 'model'>,
  previewUrl: string,
  now: number,
): TurnRow {
  const { log, meta, transcript, turns } = parts;
  const note = noteBefore(parts, turn);
  const texts = [...(note === null ? [] : [note]), turn.prompt].map((text) => ({ type: 'text' as const, text }));
  // Claude reads a text about images best behind them.
  const blocks = [...imagesOf(attachedFiles(parts, turn)).map(imageBlock), ...texts];
  const { payer, trial, model } = lease;
  const row = turns.begin(turn.id, payer, model, log.seq + 1, now);
  transcript.add(turn.id, 0, 'prompt', { blocks, text: turn.prompt });
  log.emit({ type: 'session', data: { session: meta.need('id'), previewUrl, model, payer, trial } }, turn.id);
  log.emit(
    { type: 'turn_started', data: { turn: turn.id, prompt: turn.prompt, model, payer, ...attachedTo(turn) } },
    turn.id,
  );
  const named = meta.get('title') ? {} : { title: versionLabel(turn.prompt) };
  meta.set({ updated_at: String(now), ...(meta.get('state') === 'new' ? { state: 'live' } : {}), ...named });
  return row;
}
