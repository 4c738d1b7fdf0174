import type { Uploaded } from '../account/billing/address-quota.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { RpcResult } from '../protocol/rpc-result.ts';
import type { StorageQuota } from '../workspace/storage-quota.ts';

/** Bytes that are counted at once, at least. An edit or an undo of a few files is thousands of times less: it costs no call. */
const countedAtOnce = 1024 * 1024;

export interface GrowthCountDeps {
  quota: Pick<StorageQuota, 'uncountedBytes' | 'markCounted'>;
  /** Id of the account that owns the project. */
  owner(): string;
  account(): { admitUpload(account: string, bytes: number, address: string, what: Uploaded): Promise<RpcResult<void>> };
}

/** Counts for the owner's account and address what edits by hand and moves among versions make a project keep, as uploads are counted. */
export class GrowthCount {
  readonly #deps: GrowthCountDeps;
  #underWay: Promise<void> | null = null;

  constructor(deps: GrowthCountDeps) {
    this.#deps = deps;
  }

  /**
   * Counts what has come together, before the next change adds to it, and the file that is about to arrive. Calls at the same time count what
   * has come together once.
   *
   * @param address where the change comes from
   * @param arriving bytes of the file; 0 for none
   * @throws ProblemError `too_many_requests` where the account or the address has reached its limit: then the change is not made
   */
  async count(address: string, arriving = 0): Promise<void> {
    if (this.#deps.quota.uncountedBytes() >= countedAtOnce) {
      this.#underWay ??= this.#countKept(address).finally(() => {
        this.#underWay = null;
      });
      await this.#underWay;
    }
    if (arriving > 0) await this.#admit(arriving, address, 'file');
  }

  async #countKept(address: string): Promise<void> {
    const { quota } = this.#deps;
    const bytes = quota.uncountedBytes();
    await this.#admit(bytes, address, 'kept');
    quota.markCounted(bytes);
  }

  async #admit(bytes: number, address: string, what: Uploaded): Promise<void> {
    const counted = await this.#deps.account().admitUpload(this.#deps.owner(), bytes, address, what);
    if (!counted.ok) throw new ProblemError(counted.code, counted.detail, counted.fields);
  }
}
