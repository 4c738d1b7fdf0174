/** What a previewed app may do: have its own origin, and nothing of Redraw's. Never top navigation, never popups out of the sandbox. */
const sandboxPermissions = 'allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups';

/**
 * The headers of every answer of a preview host, of errors too.
 *
 * @param frameAncestors origins that may frame it; what is not an origin is left out
 */
export function securityHeaders(frameAncestors: readonly string[]): [string, string][] {
  // An app may frame pages of its own.
  const ancestors = ["'self'", ...frameAncestors.filter(isOrigin)].join(' ');
  return [
    ['Content-Security-Policy', `sandbox ${sandboxPermissions}; frame-ancestors ${ancestors}`],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    ['X-Robots-Tag', 'noindex, nofollow'],
    ['Origin-Agent-Cluster', '?1'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
  ];
}

/** Whether a text is an origin of the web and no more: it goes into a header and an attribute. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\/[a-z0-9.-]+(?::\d+)?$|^https?:\/\/\[[0-9a-f:]+\](?::\d+)?$/i.test(text);
}
