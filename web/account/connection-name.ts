import type { ConnectionDetail } from '../../src/protocol/resources.ts';
import { strings } from '../strings/strings.ts';

/** What a connection is called: the kind of it, and of a key its last characters. */
export function connectionName({ kind, label }: ConnectionDetail): string {
  const name = strings.connect.kinds[kind] ?? kind;
  return kind === 'api_key' ? `${name} ${label}` : name;
}
