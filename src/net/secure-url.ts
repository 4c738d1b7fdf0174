/**
 * Whether a host name is this machine's own: `localhost` and all below it (RFC 6761, 6.3), 127.0.0.0/8 (RFC 1122, 3.2.1.3), `[::1]`.
 *
 * @param hostname as `URL.hostname` has it: in lower case, without a port
 */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:(?:[^.]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/.test(hostname);
}

/**
 * Whether secrets may be sent to a URL: https, or http on this machine. A URL with a user name or a password is none: it would be a secret
 * in a place that is printed.
 */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}
