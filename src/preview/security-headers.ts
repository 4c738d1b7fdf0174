import { previewSandbox } from '../protocol/preview-sandbox.ts';

/**
 * The headers of every answer of a preview host, errors included.
 *
 * @param frameAncestors origins that may frame it; invalid origins are dropped
 */
export function securityHeaders(frameAncestors: readonly string[]): [string, string][] {
  // 'self': an app may frame its own pages.
  const ancestors = ["'self'", ...frameAncestors.filter(isOrigin)].join(' ');
  return [
    ['Content-Security-Policy', `sandbox ${previewSandbox}; frame-ancestors ${ancestors}`],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    ['X-Robots-Tag', 'noindex, nofollow'],
    ['Origin-Agent-Cluster', '?1'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
  ];
}

/** Whether a text is exactly a web origin: it is put into a header and an attribute. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\/[a-z0-9.-]+(?::\d+)?$|^https?:\/\/\[[0-9a-f:]+\](?::\d+)?$/i.test(text);
}
