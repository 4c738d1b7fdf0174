import { ProblemError } from '../protocol/problems.ts';
import type { RpcResult } from '../protocol/rpc-result.ts';
import type { StorageQuota } from '../workspace/storage-quota.ts';

/** Bytes that are counted at once, at least. An edit or an undo of a few files is thousands of times less: it costs no call. */
const countedAtOnce = 1024 * 1024;

export interface GrowthCountDeps {
  quota: Pick<StorageQuota, 'uncountedBytes' | 'markCounted'>;
  /** Id of the account that owns the project. */
  owner(): string;
  account(): { admitUpload(account: string, bytes: number, address: string, what: 'kept'): Promise<RpcResult<void>> };
}

/** Counts for the owner's account and address what edits by hand and moves among versions make a project keep, as uploads are counted. */
export class GrowthCount {
  readonly #deps: GrowthCountDeps;
  #underWay: Promise<void> | null = null;

  constructor(deps: GrowthCountDeps) {
    this.#deps = deps;
  }

  /**
   * Counts what has come together, before the next change adds to it. Calls at the same time count it once.
   *
   * @param address where the change comes from
   * @throws ProblemError `too_many_requests` where the account or the address has reached its limit: then the change is not made
   */
  async count(address: string): Promise<void> {
    if (this.#deps.quota.uncountedBytes() < countedAtOnce) return;
    this.#underWay ??= this.#admit(address).finally(() => {
      this.#underWay = null;
    });
    await this.#underWay;
  }

  async #admit(address: string): Promise<void> {
    const { account, owner, quota } = this.#deps;
    const bytes = quota.uncountedBytes();
    const counted = await account().admitUpload(owner(), bytes, address, 'kept');
    if (!counted.ok) throw new ProblemError(counted.code, counted.detail, counted.fields);
    quota.markCounted(bytes);
  }
}
