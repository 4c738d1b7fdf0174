import type { ErrorWords } from '../en/errors.ts';

const headings: Record<string, string> = {
  sign_in_required: 'Comment voulez-vous continuer ?',
  subscription_required: 'Ce modèle demande un Claude à vous',
  hosted_budget_spent: 'Continuer avec votre Claude',
  connection_broken: 'Reconnecter Claude',
};

export const errorWords: ErrorWords = {
  errors: {
    unreachable: 'Redraw est injoignable. Vérifiez votre connexion et réessayez.',
  },
  refusals: {
    heading: (code) => headings[code] ?? 'Ce tour n’a pas été accepté',
  },
};
