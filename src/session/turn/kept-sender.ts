import * as v from 'valibot';
import { isLoopback } from '../../operator/address-network.ts';
import type { KnownNetwork, Treasury } from '../../operator/treasury.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import type { MetaStore } from '../storage/session-meta.ts';

const Sender = v.union([v.literal('here'), v.object({ day: v.number(), digest: v.string() })]);

/** Where a prompt came from: its address, or where that is lost what is known of its network. */
export interface Sender {
  address: string;
  network: KnownNetwork | null;
}

/**
 * Keeps where the newest prompt that waits came from, for the case that this object is lost: never the address, only the digest of its
 * network under the day's key. Where the treasury cannot be reached, it stays unknown.
 */
export async function keepSender(
  meta: Pick<MetaStore, 'set'>,
  treasury: Pick<DurableObjectStub<Treasury>, 'networkOf'>,
  address: string,
): Promise<void> {
  const network = isLoopback(address) ? 'here' : await treasury.networkOf(address).catch(() => null);
  if (network !== null) meta.set({ sender: JSON.stringify(network) });
}

/** Where a prompt came from whose address was lost with the object. */
export function keptSender(meta: Pick<MetaStore, 'get'>): Sender {
  const network = parseStoredOr(Sender, meta.get('sender'), null);
  return network === 'here' ? { address: '127.0.0.1', network: null } : { address: '', network };
}
