import type { ConnectionDetail } from '../../src/protocol/resources.ts';
import { sentenceOf } from '../strings/server-sentences.ts';
import { strings } from '../strings/strings.ts';

/** The display name of a connection: its kind; for an API key its last characters too. */
export function connectionName({ kind, label }: ConnectionDetail): string {
  const name = strings.connect.kinds[kind] ?? kind;
  return kind === 'api_key' ? `${name} ${label}` : name;
}

/** Why a connection does not work any more. */
export const brokenSentence = ({ broken, brokenReason }: ConnectionDetail): string =>
  sentenceOf({ code: 'connection_broken', message: broken ?? '', fields: { reason: brokenReason } });
