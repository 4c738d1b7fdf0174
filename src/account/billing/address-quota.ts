import type { Treasury } from '../../operator/treasury.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { defaultNewProjects, defaultSignUps, defaultUploadMib, type Settings } from '../../settings.ts';
import { limitAt, tooManyProjects } from './turn-admission.ts';

const mib = 1024 * 1024;

/** What an account may upload a UTC day, as a part of what its address may; a signed-in account has the whole. */
const visitorPart = 1 / 4;

/** How much more signed-in accounts may upload from one address than visitors. */
const signedInFactor = 4;

export interface AddressQuotaDeps {
  settings: Pick<Settings, 'projectsPerAddress' | 'signUpsPerAddress' | 'uploadMibPerAddress'>;
  /** Whether the account has a connection to Claude of its own: nothing is counted for it. */
  isConnected(): boolean;
  isUser(): boolean;
  treasury(): Pick<DurableObjectStub<Treasury>, 'admitProject' | 'admitSignUp' | 'countUpload'>;
}

/** What nobody in particular can make Redraw store, by address and UTC day: accounts, projects, uploaded bytes. */
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

  /** Counts a project that is made without a turn. @throws ProblemError `too_many_requests` */
  async admitProject(session: string, address: string): Promise<void> {
    const { isConnected, settings, treasury } = this.#deps;
    const limit = isConnected() ? null : limitAt(address, settings.projectsPerAddress, defaultNewProjects);
    const wait = limit === null ? 0 : await treasury().admitProject(session, address, limit);
    if (wait > 0) throw tooMany(tooManyProjects, { scope: 'projects', limit, retryAfter: wait });
  }

  /** Counts the bytes of an upload. @throws ProblemError `too_many_requests` */
  async admitUpload(account: string, bytes: number, address: string): Promise<void> {
    const { isConnected, isUser, settings, treasury } = this.#deps;
    const perAddress = isConnected() ? null : limitAt(address, settings.uploadMibPerAddress, defaultUploadMib);
    if (perAddress === null) return;
    const whole = perAddress * mib;
    const accountLimit = isUser() ? whole : Math.floor(whole * visitorPart);
    const addressLimit = isUser() ? whole * signedInFactor : whole;
    const wait = await treasury().countUpload({ account, address, bytes, accountLimit, addressLimit });
    const detail = 'Too much was uploaded today. Sign in or connect your own Claude for more, or come back tomorrow.';
    if (wait > 0) throw tooMany(detail, { scope: 'uploads', limit: accountLimit, retryAfter: wait });
  }
}

const tooMany = (detail: string, fields: Record<string, unknown>): ProblemError =>
  new ProblemError('too_many_requests', detail, fields);
