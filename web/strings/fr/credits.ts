import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';
import { hundredths, spendingWords } from './spending.ts';

const { clock, day, dayAndClock, number, percent, plural, usd } = formatsOf('fr');
const { credits } = spendingWords.spending;

const kinds: Record<string, string> = {
  grant: 'Offerts',
  promo: 'Code promo',
  reward: 'Récompense',
  compensation: 'Rendus',
  bundle: 'Achetés',
};

const entryKinds: Record<string, string> = {
  turn: 'Tour',
  returned: 'Rendu',
  grant: 'Crédits reçus',
  expired: 'Expirés',
  refund: 'Remboursés',
  restored: 'Rendus après un examen',
};

export const creditWords: Pick<LateWords, 'creditPage' | 'plans'> = {
  creditPage: {
    heading: 'Crédits',
    loading: 'Lecture de vos crédits …',
    failed: 'Vos crédits n’ont pas pu être lus.',
    held: (amount) => `(${credits(amount)} mis de côté pour un tour en cours)`,
    leftOf: (left, of) => `reste ${number(hundredths(left))} sur ${credits(of)}`,
    daily: 'Du jour',
    resets: (at, now, zone) =>
      `D’autres ${at - now < 86_400_000 ? `à ${clock(at)}` : dayAndClock(at)}, à votre heure (minuit à ${zone})`,
    subscription: (name) => `De la formule ${name}`,
    renews: (at) => `Renouvelés le ${day(at)}`,
    noRenewal: 'Non renouvelés',
    bonus: 'Crédits en plus',
    noBonus: 'Aucun',
    kinds,
    expires: (at) => `jusqu’au ${dayAndClock(at)}`,
    zone: (zone) => `Fuseau horaire : ${zone}`,
    zoneNext: (zone) => `À partir de la prochaine remise à zéro : ${zone}`,
    zoneLabel: 'Renouveler les crédits du jour à minuit de',
    zoneOwn: (zone) => `${zone} (ce navigateur)`,
    zoneChange: 'Changer',
    zoneHint: 'Cela compte à partir du prochain renouvellement, et peut changer une fois en sept jours.',
    zoneFrom: (at) => `Le nouveau fuseau compte à partir du ${dayAndClock(at)}.`,
    zoneAgain: (at) => `Modifiable de nouveau à partir du ${dayAndClock(at)}.`,
    code: 'Code promo',
    redeem: 'Utiliser',
    redeemed: (amount) => `${credits(amount)} sont à vous.`,
    plans: 'Les formules, et qui paie quoi',
    history: 'Où ils sont allés',
    empty: 'Rien encore.',
    at: dayAndClock,
    entryKinds,
    untitled: 'Projet sans titre',
    tokens: (input, output) => `${number(input)} jetons lus, ${number(output)} écrits`,
    part: (bucket, amount) => `${bucket} : ${number(hundredths(Math.abs(amount)))}`,
    amount: (amount) =>
      `${amount < 0 ? '−' : '+'}${Math.abs(amount) > 0 && Math.abs(amount) < 0.01 ? '<0,01' : number(hundredths(Math.abs(amount)))}`,
    choice: (name, amount) => `${name} (${number(hundredths(amount))})`,
    when: 'Quand',
    what: 'Quoi',
    older: 'Plus anciens',
    csv: 'Le tout en CSV',
    project: 'Projet',
    allProjects: 'tous',
    model: 'Modèle',
    allModels: 'tous',
    from: 'Du',
    to: 'Au',
    chart: 'Crédits par jour',
    chartOf: (days) => `Crédits par jour, les ${number(days)} derniers jours`,
    chartTable: 'Les mêmes en tableau',
    day: 'Jour',
    turns: 'Tours',
    dayOf: day,
    count: number,
    others: (count) => plural(count, { one: 'autre', other: 'autres' }),
    tips: {
      heading: 'Comment en utiliser moins',
      fresh: (title, share) =>
        `${title} : ${percent(share)} des jetons étaient sa conversation, relue. Un nouveau départ garde les fichiers.`,
      startFresh: 'Nouveau départ',
      startedFresh: 'Claude résume la conversation.',
      smaller: (title, model, tokens) =>
        `${title} : des tours de ${number(tokens)} jetons coûtent moins avec Haiku qu’avec ${model}.`,
      useSmaller: 'Prendre Haiku',
      smallerDone: 'Haiku construit à partir du prochain tour.',
      open: 'Ouvrir',
      dismiss: 'Masquer',
    },
  },
  plans: {
    title: 'Formules',
    lead: 'Votre propre Claude, dans chaque formule, sans compteur entre vous. Ou des crédits, à un prix annoncé.',
    loading: 'Lecture des formules …',
    failed: 'Les formules n’ont pas pu être lues.',
    none: 'Ce site n’a pas de formules.',
    own: 'Votre propre Claude',
    ownLead:
      'Connectez votre compte Claude ou une clé API, et vos tours y passent : tous les modèles, sans nombre, dans la formule gratuite aussi. Les limites sont celles de Claude, dites avec ses propres mots.',
    connect: 'Connecter Claude',
    table: 'Formules',
    price: (month, year) =>
      month === 0 ? 'Gratuit' : `${usd(month)} par mois${year > 0 ? ` ou ${usd(year)} par an` : ''}`,
    yours: 'Votre formule',
    daily: (amount) => `${credits(amount)} par jour`,
    monthly: (amount) => `${credits(amount)} par mois`,
    everyModel: 'Tous les modèles avec des crédits',
    models: (names) => `Avec des crédits : ${names}`,
    projects: (count) =>
      count === null ? 'Autant de projets que vous voulez' : plural(count, { one: 'projet', other: 'projets' }),
    sandbox: (seconds) =>
      `Un conteneur reste éveillé ${seconds < 120 ? plural(seconds, { one: 'seconde', other: 'secondes' }) : plural(Math.round(seconds / 60), { one: 'minute', other: 'minutes' })}`,
    hosts: (count) => plural(count, { one: 'hôte à vous', other: 'hôtes à vous' }),
    flat: 'Une formule paie l’atelier, au forfait. Ce n’est jamais un compteur sur votre propre Claude.',
    bundles: 'Lots',
    bundle: (amount, price) => `${credits(amount)} pour ${usd(price)}`,
    bundlesLead: 'Ils n’expirent pas. Qui en demande beaucoup paie moins avec une formule.',
    noPayments: 'Rien ne s’achète ici. Qui tient ce site donne formules et crédits à la main.',
    cost: 'Ce qu’est un crédit',
    costIs: (dollars, markup) =>
      `Un crédit est ${usd(dollars)} du prix de liste de Claude${markup === 0 ? ', sans rien en plus' : `, avec ${number(markup)} pour cent en plus`}. Chaque reçu montre les deux. Ce qui échoue par notre faute ou celle de Claude est rendu.`,
    order:
      'Les crédits du jour partent d’abord, puis ceux de la formule, puis le reste, ce qui expire le plus tôt en premier.',
    well: 'Bien s’en servir',
    wellLines: [
      'Un changement à la fois, avec son endroit, demande le moins d’étapes.',
      'Demandez avant de construire : une question coûte une fraction d’un tour.',
      'Prenez un nouveau départ quand une conversation est devenue longue : les fichiers restent.',
      'Prenez Haiku pour les petits changements, et un plus grand modèle pour les difficiles.',
      'Ne joignez que les fichiers dont le changement a besoin.',
    ],
    earn: 'Gagner des crédits',
    earnLead:
      'Des retours, des fautes signalées et ce que vous avez construit peuvent rapporter des crédits : envoyez-les depuis votre compte.',
    account: 'Ouvrir votre compte',
  },
};
