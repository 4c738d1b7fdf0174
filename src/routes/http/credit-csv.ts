import type { CreditEntry } from '../../protocol/credit-resources.ts';

const columns = [
  ...['id', 'time', 'kind', 'credits', 'daily', 'subscription', 'pool', 'bonus'],
  ...['turn', 'session', 'title', 'model', 'input', 'output', 'cache_read', 'cache_write', 'why'],
];

/** The first line of the file (RFC 4180). */
export const csvHeader = `${columns.join(',')}\r\n`;

/** Lines of entries. Six places, as they are stored. */
export function csvLines(entries: readonly CreditEntry[]): string {
  return entries
    .map(({ id, at, kind, amount, split, turn, session, title, model, tokens, why }) => {
      const amounts = [amount, split.daily, split.subscription, split.pool, split.bonus].map((each) => each.toFixed(6));
      const counts = [tokens?.input, tokens?.output, tokens?.cacheRead, tokens?.cacheWrite];
      const fields = [id, new Date(at).toISOString(), kind, ...amounts, turn, session, title, model, ...counts, why];
      return `${fields.map(fieldOf).join(',')}\r\n`;
    })
    .join('');
}

/** A field (RFC 4180, 2.5 to 2.7). What a spreadsheet would take for a formula is text (OWASP, CSV injection); a number is one. */
function fieldOf(value: string | number | undefined): string {
  const text = String(value ?? '');
  const safe = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
