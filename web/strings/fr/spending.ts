import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';

const { number, precise, clock, dayAndClock } = formatsOf('fr');

export const hundredths = (credits: number): number => Math.floor(Math.round(credits * 1e6) / 1e4) / 100;
const credits = (amount: number): string =>
  amount > 0 && amount < 0.01
    ? 'moins de 0,01 crédit'
    : `${number(hundredths(amount))} ${hundredths(amount) < 2 ? 'crédit' : 'crédits'}`;

export const spendingWords: Pick<LateWords, 'spending'> = {
  spending: {
    credits,
    exact: (amount) => `${precise(amount)} crédits`,
    buckets: { daily: 'Du jour', subscription: 'De la formule', pool: 'De l’équipe', bonus: 'Crédits en plus' },
    markup: (percent) => `${number(percent)} % de marge`,
    returned: 'Rendu',
    line: 'Crédits',
    range: (low, high) =>
      hundredths(low) === hundredths(high)
        ? `Coût probable : environ ${credits(high)}`
        : `Coût probable : ${number(hundredths(low))} à ${credits(high)}`,
    guess: (low, high) => `À vue de nez : ${number(hundredths(low))} à ${credits(high)}`,
    left: (amount) => `reste ${credits(amount)}`,
    low: 'Il en reste peu',
    waits: (at, now) =>
      `Attend des crédits, au plus tard ${at - now < 86_400_000 ? `à ${clock(at)}` : dayAndClock(at)}`,
    spent: {
      heading: 'Vos crédits ne vont pas plus loin',
      kept: 'Ce qui est déjà écrit est une version. Les demandes qui attendent reprennent d’elles-mêmes.',
      needs: (needed, balance) =>
        `La prochaine étape demande au moins ${credits(needed)}, et il reste ${credits(balance)}. Une conversation plus courte demande moins.`,
      own: 'Continuer avec votre propre Claude',
      ownLead: 'Aucun compteur entre vous et lui, quelle que soit la formule.',
      more: 'Plus de crédits',
      plans: 'Voir les formules et les lots',
      tomorrow: (at, now) =>
        `D’autres viennent d’eux-mêmes : ${at - now < 86_400_000 ? `à ${clock(at)}` : dayAndClock(at)}.`,
    },
  },
};
