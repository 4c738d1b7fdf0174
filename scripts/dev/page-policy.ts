/** The nonce of the style elements that Vite's client makes. */
export const styleNonce = 'redraw-dev';

/** What development adds to the page's policy: Vite's style elements, and the socket that tells the page of edits. */
const additions: Record<string, string> = {
  'style-src': `'nonce-${styleNonce}'`,
  'connect-src': 'ws://127.0.0.1:*',
};

/** The page's Content-Security-Policy with what development needs; all else in it stays in force. */
export function devPolicy(policy: string): string {
  return policy
    .split('; ')
    .map((directive) => {
      const addition = additions[directive.split(' ')[0] ?? ''];
      return addition === undefined ? directive : `${directive} ${addition}`;
    })
    .join('; ');
}
