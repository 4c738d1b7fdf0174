import { isLoopbackHost } from '../net/secure-url.ts';

/** What a preview host names: the current files of a project, or those of one version. */
export interface PreviewName {
  label: string;
  /** The version, or null for the current files. */
  version: number | null;
}

const pattern = /^([a-z2-7]{26})(?:-v([1-9][0-9]{0,8}))?$/;

/** A host without its port and trailing dot, in lower case. */
function hostname(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/**
 * Whether a host is below the preview domain, valid or not. Redraw itself never answers on such a host: where `parsePreviewHost` finds no
 * label, the answer is 404.
 */
export function isUnderPreviewHost(host: string, previewHost: string): boolean {
  return hostname(host).endsWith(`.${hostname(previewHost)}`);
}

/**
 * Whether Redraw itself may answer on a host. A local Redraw answers on the names of its machine only, against DNS rebinding: a foreign
 * site whose name is pointed at this machine would have the same origin as the answer.
 */
export function isOwnHost(host: string, previewHost: string): boolean {
  return hostname(previewHost) !== 'localhost' || isLoopbackHost(hostname(host));
}

/**
 * Parses `<label>.<preview host>` and `<label>-v<n>.<preview host>`.
 *
 * @param host the request's `Host`, with or without a port
 * @param previewHost the setting `PREVIEW_HOST`, with or without a port
 * @returns null where the host is not a preview's
 */
export function parsePreviewHost(host: string, previewHost: string): PreviewName | null {
  if (!isUnderPreviewHost(host, previewHost)) return null;
  const match = pattern.exec(hostname(host).slice(0, -hostname(previewHost).length - 1));
  if (!match?.[1]) return null;
  return { label: match[1], version: match[2] ? Number(match[2]) : null };
}

/**
 * The address of a preview, with a trailing slash.
 *
 * @param protocol `http:` or `https:`
 */
export function previewUrl(
  label: string,
  previewHost: string,
  protocol: string,
  version: number | null = null,
): string {
  return `${protocol}//${label}${version === null ? '' : `-v${version}`}.${previewHost}/`;
}
