import type { CreditEntry } from '../../src/protocol/credit-resources.ts';

/** Turns of one project that a tip is taken from at the least: fewer say nothing. */
const minTurns = 3;

/** A way to use fewer credits, from the account's own numbers. */
export type Tip =
  /** Most of what a project's turns cost is reading its conversation again. `share`: of all tokens. */
  | { kind: 'fresh'; session: string; title: string; share: number }
  /** A dear model makes small turns. */
  | { kind: 'smaller'; session: string; title: string; model: string; outputTokens: number };

/** Tokens of context per turn above which a fresh start pays, and output tokens of a turn that a small model makes as well. */
const longContext = 60_000;
const smallTurn = 3_000;

const isSmallModel = (model: string): boolean => /haiku/.test(model);

/** At most one tip of each kind, of the project that it spares most; none without numbers that say so. */
export function tipsOf(entries: readonly CreditEntry[]): Tip[] {
  const bySession = new Map<string, CreditEntry[]>();
  for (const entry of entries)
    if (entry.kind === 'turn' && entry.session && entry.tokens)
      bySession.set(entry.session, [...(bySession.get(entry.session) ?? []), entry]);
  const found = [...bySession].flatMap(([session, all]) => {
    const turns = all.slice(0, 8);
    if (turns.length < minTurns) return [];
    const sum = (of: (entry: CreditEntry) => number) => turns.reduce((total, entry) => total + of(entry), 0);
    const context = sum(({ tokens }) => (tokens ? tokens.cacheRead + tokens.cacheWrite + tokens.input : 0));
    const output = sum(({ tokens }) => tokens?.output ?? 0);
    const spent = -sum(({ amount }) => amount);
    const { title = '', model = '' } = turns[0] ?? {};
    const tips: { tip: Tip; spent: number }[] = [];
    if (context / turns.length > longContext)
      tips.push({ spent, tip: { kind: 'fresh', session, title, share: context / (context + output) } });
    if (!isSmallModel(model) && output / turns.length < smallTurn)
      tips.push({
        spent,
        tip: { kind: 'smaller', session, title, model, outputTokens: Math.round(output / turns.length) },
      });
    return tips;
  });
  found.sort((a, b) => b.spent - a.spent);
  return (['fresh', 'smaller'] as const).flatMap((kind) => found.find(({ tip }) => tip.kind === kind)?.tip ?? []);
}
