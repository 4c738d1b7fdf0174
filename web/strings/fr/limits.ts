import type { limitWords as english } from '../en/limits.ts';
import { formatsOf } from '../formats/formats.ts';
import { timeLeftOf } from '../formats/time-left.ts';

const { number, percent, clock, day, dayAndClock } = formatsOf('fr');
const left = timeLeftOf('fr', { day: { one: 'jour', other: 'jours' }, hour: 'h', minute: 'min', second: 's' });

/** A time of day, with its date where that is more than 20 hours away. */
const when = (at: number, now: number): string =>
  at - now > 20 * 3_600_000 ? `le ${dayAndClock(at)}` : `à ${clock(at)}`;

const windows: Record<string, string> = {
  five_hour: 'fenêtre de 5 heures',
  seven_day: 'semaine',
  seven_day_opus: 'semaine, Opus',
  seven_day_sonnet: 'semaine, Sonnet',
  seven_day_overage_included: 'semaine, avec le supplément',
  overage: 'supplément',
};

const reasons: Record<string, string> = {
  overage_not_provisioned: 'Votre abonnement n’a pas de supplément. Vous pouvez l’activer dans les réglages de Claude.',
  org_level_disabled: 'Votre organisation a désactivé le supplément.',
  org_level_disabled_until: 'Votre organisation a atteint, pour l’instant, son plafond de supplément.',
  out_of_credits: 'Le crédit du supplément est épuisé.',
  seat_tier_level_disabled: 'Votre type de licence n’a pas de supplément.',
  seat_tier_zero_credit_limit: 'Pour votre type de licence, le supplément est fixé à zéro.',
  member_level_disabled: 'Votre organisation a désactivé le supplément pour vous.',
  member_zero_credit_limit: 'Votre part du supplément est fixée à zéro.',
  group_zero_credit_limit: 'Pour votre groupe, le supplément est fixé à zéro.',
  org_service_level_disabled: 'Votre organisation a désactivé le supplément pour ce service.',
  org_service_zero_credit_limit: 'Pour ce service, votre organisation a fixé le supplément à zéro.',
  no_limits_configured: 'Aucun plafond n’est fixé pour le supplément, il n’y en a donc pas.',
  fetch_error: 'Claude n’a pas pu savoir si vous avez un supplément.',
  unknown: 'Claude ne dit pas pourquoi il n’y a pas de supplément.',
};

export const limitWords: typeof english = {
  limit: {
    expires: (at) => `Ce projet sera supprimé le ${day(at)}, sauf si vous l’utilisez ou vous connectez.`,
    expiresWhy:
      'Les projets sans compte restent tant que quelqu’un y travaille. Une demande ou un changement suffit ; avec un compte, ils restent pour toujours.',
    expiresSignIn: 'Se connecter',
    windows,
    window: (name) => windows[name] ?? name,
    plan: 'abonnement Claude',
    used: (share) => `${percent(share)} utilisés`,
    near: 'proche de la limite',
    reached: 'limite atteinte',
    busy: 'les serveurs de Claude refusent des requêtes',
    usedUp: 'épuisée',
    billed: 'le supplément est facturé',
    says: (word) => `Claude dit « ${word} »`,
    resets: (at, now) => `repart ${when(at, now)}`,
    left: (ms) => `dans\u00a0${left(ms)}`,
    meter: (name) => `Utilisation : ${name}`,
    passed: (name, share) => `Claude, ${name} : ${percent(share)} sont utilisés.`,
    passedResets: (at, now) => `Elle repart ${when(at, now)}.`,
    heading: 'Limite d’utilisation atteinte',
    opened: 'La limite est levée',
    openedSay: 'La limite d’utilisation de Claude est levée. Vous pouvez continuer.',
    resetsSay: (at, now) => `Elle se lève ${when(at, now)}`,
    elsewhere: 'Votre Claude est à sa limite, atteinte dans un autre projet ou sur un autre appareil.',
    shared: 'C’est la clé de Redraw lui-même qui est à sa limite, pas un Claude à vous.',
    sharedNot: 'Ce tour n’a pas été compté.',
    connect: 'Connecter votre Claude',
    connectLead: 'Avec un Claude à vous, vous continuez tout de suite.',
    kept: 'Ce qui était écrit est gardé.',
    continue: 'Reprendre où c’était resté',
    continuePrompt: 'Continue où tu t’es arrêté.',
    retry: 'Réessayer',
    locked: 'bloqué jusqu’à la levée de la limite',
    tryAnyway: 'Essayer quand même',
    remind: 'Me le rappeler',
    reminded: (at, now) => `Un rappel viendra ${when(at, now)}, tant qu’une page de Redraw est ouverte.`,
    remindedHere: (at, now) =>
      `Ce navigateur ne laisse pas la page envoyer de messages, elle vous le dira ici même ${when(at, now)}.`,
    unremind: 'Pas de rappel',
    startThen: (at, now) => `Lancer ${when(at, now)}`,
    startSet: (at, now) => `Repart ${when(at, now)} tout seul, sans page ouverte.`,
    model: 'Prendre un autre modèle',
    modelLead: (name) =>
      `Seuls les modèles ${name} sont à leur limite. Les autres de votre abonnement restent ouverts.`,
    modelOpen: 'Le modèle choisi est ouvert, vous pouvez continuer.',
    notSent: (at, now) => `Pas envoyé, votre Claude est à sa limite. Elle se lève ${when(at, now)}`,
    notSentOpen: 'Pas envoyé, votre Claude était à sa limite. Elle est levée, envoyez de nouveau.',
    extraStates: {
      allowed: 'Le supplément prend le relais quand l’abonnement est épuisé.',
      allowed_warning: 'Le supplément prend le relais quand l’abonnement est épuisé, et approche de sa propre limite.',
      rejected: 'Il n’y a pas de supplément.',
    },
    extraSays: (word) => `Du supplément, Claude dit « ${word} ».`,
    extraBilled: 'Le supplément est facturé en ce moment, en plus de l’abonnement.',
    reasons,
    reason: (word) => reasons[word] ?? `Il n’y a pas de supplément. Claude donne pour raison « ${word} ».`,
    rest: 'Tout ce que Claude a dit',
    retrying: (attempt, max) => `Nouvelle requête, essai ${number(attempt)}/${number(max)}`,
    retryReason: (status, type) =>
      [status === null ? 'connexion rompue' : `statut ${status}`, type].filter(Boolean).join(', '),
    retryIn: (ms) => `prochain essai dans ${left(ms)}`,
    starts: (at, now) => `Part ${when(at, now)}, dans ${left(at - now)}`,
    startField: 'Départ',
    startHint: 'Vide, elle part quand vient son tour.',
  },
  demoLimits: {
    open: 'Limites',
    what: 'Voir ce que Claude dit des limites',
    passing: 'En passant',
    warnings: 'Proche d’une limite',
    own: 'À la limite, avec votre abonnement',
    shared: 'À la limite, avec la clé de ce site',
    scenes: {
      overloaded: 'Claude est surchargé',
      broken_line: 'La ligne se coupe',
      busy: 'Trop de requêtes',
      warning_five_hour: 'Fenêtre de 5 heures presque pleine',
      warning_week: 'Semaine presque pleine',
      warning_extra_usage: 'Supplément presque épuisé',
      extra_usage: 'Le supplément est facturé',
      limit_five_hour: 'Fenêtre de 5 heures pleine',
      limit_week: 'Semaine pleine',
      limit_week_opus: 'Semaine pleine, pour Opus seulement',
      out_of_credits: 'Supplément sans crédit',
      no_credit: 'Plus de crédit',
    },
  },
};
