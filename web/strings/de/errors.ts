import type { ErrorWords } from '../en/errors.ts';

const headings: Record<string, string> = {
  sign_in_required: 'Wie möchten Sie weitermachen?',
  subscription_required: 'Dieses Modell braucht Ihren eigenen Claude',
  hosted_budget_spent: 'Weiter mit dem eigenen Claude',
  connection_broken: 'Claude neu verbinden',
};

export const errorWords: ErrorWords = {
  errors: {
    unreachable: 'Redraw ist nicht zu erreichen. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
  },
  refusals: {
    heading: (code) => headings[code] ?? 'Dieser Schritt wurde nicht angenommen',
  },
};
