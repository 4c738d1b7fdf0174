import type { ConnectionDetail } from '../../src/protocol/resources.ts';
import { strings } from '../strings/strings.ts';

/** The display name of a connection: its kind; for an API key its last characters too. */
export function connectionName({ kind, label }: ConnectionDetail): string {
  const name = strings.connect.kinds[kind] ?? kind;
  return kind === 'api_key' ? `${name} ${label}` : name;
}
