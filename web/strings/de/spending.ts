import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';

const { number, precise, clock, dayAndClock } = formatsOf('de');

export const hundredths = (credits: number): number => Math.floor(Math.round(credits * 1e6) / 1e4) / 100;
const credits = (amount: number): string =>
  amount > 0 && amount < 0.01
    ? 'unter 0,01 Credits'
    : `${number(hundredths(amount))} ${hundredths(amount) === 1 ? 'Credit' : 'Credits'}`;

export const spendingWords: Pick<LateWords, 'spending'> = {
  spending: {
    credits,
    exact: (amount) => `${precise(amount)} Credits`,
    buckets: { daily: 'Von heute', subscription: 'Vom Tarif', pool: 'Vom Team', bonus: 'Zusätzliches Guthaben' },
    markup: (percent) => `${number(percent)} % Aufschlag`,
    returned: 'Gutgeschrieben',
    line: 'Guthaben',
    range: (low, high) =>
      hundredths(low) === hundredths(high)
        ? `Das kostet etwa ${credits(high)}`
        : `Das kostet etwa ${number(hundredths(low))} bis ${credits(high)}`,
    guess: (low, high) => `Geschätzt: ${number(hundredths(low))} bis ${credits(high)}`,
    left: (amount) => `noch ${credits(amount)}`,
    low: 'Es ist nur noch wenig da',
    waits: (at, now) =>
      `Wartet auf Guthaben, spätestens ${at - now < 86_400_000 ? `bis ${clock(at)}` : dayAndClock(at)}`,
    spent: {
      heading: 'Ihr Guthaben reicht nicht weiter',
      kept: 'Was bis hierher geschrieben wurde, ist eine Version. Aufträge, die warten, gehen von selbst weiter.',
      needs: (needed, balance) =>
        `Der nächste Schritt braucht mindestens ${credits(needed)}, und da sind noch ${credits(balance)}. Ein kürzeres Gespräch braucht weniger.`,
      own: 'Mit Ihrem eigenen Claude weitermachen',
      ownLead: 'Dazwischen steht kein Zähler, in keinem Tarif.',
      more: 'Mehr Guthaben',
      plans: 'Tarife und Pakete ansehen',
      tomorrow: (at, now) => `Neues kommt von selbst: ${at - now < 86_400_000 ? `um ${clock(at)}` : dayAndClock(at)}.`,
    },
  },
};
