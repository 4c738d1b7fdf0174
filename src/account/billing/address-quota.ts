import type { Treasury } from '../../operator/treasury.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { defaultNewProjects, defaultSignUps, defaultUploadMib, type Settings } from '../../settings.ts';
import { countKeyCheck, type KeyCheckLimitDeps } from '../connection/key-check-limit.ts';
import { tooManyProjects } from './refusals.ts';
import { limitAt } from './turn-admission.ts';

const mib = 1024 * 1024;

/** What one account, and all of its kind at one address, may upload a UTC day: multiples of the setting. More for who is known. */
const uploadShares = {
  visitor: { account: 1 / 4, address: 1, more: 'Sign in or connect your own Claude for more, or come back tomorrow.' },
  user: { account: 1, address: 4, more: 'Connect your own Claude for more, or come back tomorrow.' },
  connected: { account: 4, address: 16, more: 'Come back tomorrow.' },
} as const;

export interface AddressQuotaDeps extends Pick<KeyCheckLimitDeps, 'keyChecks' | 'requireKeyChecks'> {
  settings: Pick<Settings, 'keyChecksPerAddress' | 'projectsPerAddress' | 'signUpsPerAddress' | 'uploadMibPerAddress'>;
  /** Whether the account has a connection to Claude of its own. */
  isConnected(): boolean;
  isUser(): boolean;
  treasury(): Pick<DurableObjectStub<Treasury>, 'admitProject' | 'admitSignUp' | 'countKeyCheck' | 'countUpload'>;
}

/** A file that is about to arrive, or what changes by hand have made a project keep already. */
export type Uploaded = 'file' | 'kept';

/** What nobody in particular can make Redraw store or ask: accounts, projects and uploaded bytes by address and UTC day, checks of keys. */
export class AddressQuota {
  readonly #deps: AddressQuotaDeps;

  constructor(deps: AddressQuotaDeps) {
    this.#deps = deps;
  }

  /** Counts a new account. @throws ProblemError `too_many_requests` */
  async admitSignUp(account: string, address: string): Promise<void> {
    const { settings, treasury } = this.#deps;
    const limit = limitAt(address, settings.signUpsPerAddress, defaultSignUps);
    const wait = limit === null ? 0 : await treasury().admitSignUp(account, address, limit);
    const detail =
      'Too many accounts were made from this address today. Sign in to one that is there, or come back tomorrow.';
    if (wait > 0) throw tooMany(detail, { scope: 'sign_ups', limit, retryAfter: wait });
  }

  /** Counts a check of a key against Claude. @throws ProblemError `too_many_requests` */
  async admitKeyCheck(address: string): Promise<void> {
    const { keyChecks, requireKeyChecks, settings, treasury } = this.#deps;
    const countForAddress = (of: string, limit: number) => treasury().countKeyCheck(of, limit);
    const limitPerAddress = settings.keyChecksPerAddress;
    await countKeyCheck({ limitPerAddress, keyChecks, requireKeyChecks, countForAddress }, address);
  }

  /** Counts a project that is made without a turn, unless the account is connected. @throws ProblemError `too_many_requests` */
  async admitProject(session: string, address: string): Promise<void> {
    const { isConnected, settings, treasury } = this.#deps;
    const limit = isConnected() ? null : limitAt(address, settings.projectsPerAddress, defaultNewProjects);
    const wait = limit === null ? 0 : await treasury().admitProject(session, address, limit);
    if (wait > 0) throw tooMany(tooManyProjects, { scope: 'projects', limit, retryAfter: wait });
  }

  /** Counts bytes that a project keeps from now on. @throws ProblemError `too_many_requests` */
  async admitUpload(account: string, bytes: number, address: string, what: Uploaded = 'file'): Promise<void> {
    const { isConnected, isUser, settings, treasury } = this.#deps;
    const perAddress = limitAt(address, settings.uploadMibPerAddress, defaultUploadMib);
    if (perAddress === null) return;
    const shares = uploadShares[isConnected() ? 'connected' : isUser() ? 'user' : 'visitor'];
    const accountLimit = Math.floor(shares.account * perAddress * mib);
    const full = await treasury().countUpload({
      ...{ account, address, accountLimit, addressLimit: shares.address * perAddress * mib },
      // What is there can be no more than a day's: else the project could never be changed again.
      bytes: what === 'kept' ? Math.min(bytes, accountLimit) : bytes,
    });
    const done = what === 'kept' ? 'uploaded or changed by hand' : 'uploaded';
    if (full) throw tooMany(`Too much was ${done} today. ${shares.more}`, { scope: 'uploads', ...full });
  }
}

const tooMany = (detail: string, fields: Record<string, unknown>): ProblemError =>
  new ProblemError('too_many_requests', detail, fields);
