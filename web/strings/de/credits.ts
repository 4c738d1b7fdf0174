import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';
import { hundredths, spendingWords } from './spending.ts';

const { clock, day, dayAndClock, number, percent, plural, usd } = formatsOf('de');
const { credits } = spendingWords.spending;

const kinds: Record<string, string> = {
  grant: 'Geschenkt',
  promo: 'Aktionscode',
  reward: 'Belohnung',
  compensation: 'Erstattet',
  bundle: 'Gekauft',
};

const entryKinds: Record<string, string> = {
  turn: 'Schritt',
  returned: 'Gutgeschrieben',
  grant: 'Guthaben erhalten',
  expired: 'Verfallen',
  refund: 'Zurückgezahlt',
  restored: 'Nach einer Prüfung erstattet',
};

export const creditWords: Pick<LateWords, 'creditPage' | 'plans'> = {
  creditPage: {
    heading: 'Guthaben',
    loading: 'Ihr Guthaben wird nachgesehen …',
    failed: 'Ihr Guthaben ließ sich nicht lesen.',
    held: (amount) => `(${credits(amount)} für einen laufenden Schritt zurückgelegt)`,
    leftOf: (left, of) => `noch ${number(hundredths(left))} von ${credits(of)}`,
    daily: 'Von heute',
    resets: (at, now, zone) =>
      `Neues ${at - now < 86_400_000 ? `um ${clock(at)}` : dayAndClock(at)} Ihrer Zeit (Mitternacht in ${zone})`,
    subscription: (name) => `Vom Tarif ${name}`,
    renews: (at) => `Neu am ${day(at)}`,
    noRenewal: 'Wird nicht erneuert',
    bonus: 'Zusätzliches Guthaben',
    noBonus: 'Keines',
    kinds,
    expires: (at) => `bis ${dayAndClock(at)}`,
    zone: (zone) => `Zeitzone: ${zone}`,
    zoneNext: (zone) => `Ab dem nächsten Tageswechsel: ${zone}`,
    zoneLabel: 'Tagesguthaben um Mitternacht erneuern in',
    zoneOwn: (zone) => `${zone} (dieser Browser)`,
    zoneChange: 'Ändern',
    zoneHint: 'Das gilt ab dem nächsten Tageswechsel und lässt sich einmal in sieben Tagen ändern.',
    zoneFrom: (at) => `Die neue Zeitzone gilt ab ${dayAndClock(at)}.`,
    zoneAgain: (at) => `Wieder möglich ab ${dayAndClock(at)}.`,
    code: 'Aktionscode',
    redeem: 'Einlösen',
    redeemed: (amount) => `${credits(amount)} gehören Ihnen.`,
    plans: 'Tarife, und wer was bezahlt',
    history: 'Wofür es verwendet wurde',
    empty: 'Noch nichts.',
    at: dayAndClock,
    entryKinds,
    untitled: 'Projekt ohne Titel',
    tokens: (input, output) => `${number(input)} Token gelesen, ${number(output)} geschrieben`,
    part: (bucket, amount) => `${bucket}: ${number(hundredths(Math.abs(amount)))}`,
    amount: (amount) =>
      `${amount < 0 ? '−' : '+'}${Math.abs(amount) > 0 && Math.abs(amount) < 0.01 ? '<0,01' : number(hundredths(Math.abs(amount)))}`,
    choice: (name, amount) => `${name} (${number(hundredths(amount))})`,
    when: 'Wann',
    what: 'Was',
    older: 'Ältere',
    csv: 'Alles als CSV',
    project: 'Projekt',
    allProjects: 'alle',
    model: 'Modell',
    allModels: 'alle',
    from: 'Von',
    to: 'Bis',
    chart: 'Guthaben nach Tagen',
    chartOf: (days) => `Guthaben nach Tagen, die letzten ${number(days)} Tage`,
    chartTable: 'Dasselbe als Tabelle',
    day: 'Tag',
    turns: 'Schritte',
    dayOf: day,
    count: number,
    others: (count) => plural(count, { one: 'weiteres', other: 'weitere' }),
    tips: {
      heading: 'Wie Sie weniger brauchen',
      fresh: (title, share) =>
        `${title}: ${percent(share)} aller Token waren das Gespräch, noch einmal gelesen. Bei einem Neubeginn bleiben die Dateien.`,
      startFresh: 'Neu beginnen',
      startedFresh: 'Claude fasst das Gespräch zusammen.',
      smaller: (title, model, tokens) =>
        `${title}: Schritte mit ${number(tokens)} Token kosten mit Haiku weniger als mit ${model}.`,
      useSmaller: 'Haiku nehmen',
      smallerDone: 'Ab dem nächsten Schritt baut Haiku.',
      open: 'Öffnen',
      dismiss: 'Ausblenden',
    },
  },
  plans: {
    title: 'Tarife',
    lead: 'Ihr eigener Claude, in jedem Tarif, ohne Zähler dazwischen. Oder Guthaben, mit offenem Preis.',
    loading: 'Die Tarife werden nachgesehen …',
    failed: 'Die Tarife ließen sich nicht lesen.',
    none: 'Auf dieser Seite gibt es keine Tarife.',
    own: 'Ihr eigener Claude',
    ownLead:
      'Verbinden Sie Ihr Claude-Konto oder einen API-Schlüssel, und Ihre Schritte laufen darauf: jedes Modell, beliebig viele, auch im kostenlosen Tarif. Die Grenzen sind die von Claude, in Claudes eigenen Worten.',
    connect: 'Claude verbinden',
    table: 'Tarife',
    price: (month, year) =>
      month === 0 ? 'Kostenlos' : `${usd(month)} im Monat${year > 0 ? ` oder ${usd(year)} im Jahr` : ''}`,
    yours: 'Ihr Tarif',
    daily: (amount) => `${credits(amount)} am Tag`,
    monthly: (amount) => `${credits(amount)} im Monat`,
    everyModel: 'Jedes Modell mit Guthaben',
    models: (names) => `Mit Guthaben: ${names}`,
    projects: (count) =>
      count === null ? 'Beliebig viele Projekte' : plural(count, { one: 'Projekt', other: 'Projekte' }),
    sandbox: (seconds) =>
      `Ein Container bleibt ${seconds < 120 ? plural(seconds, { one: 'Sekunde', other: 'Sekunden' }) : plural(Math.round(seconds / 60), { one: 'Minute', other: 'Minuten' })} wach`,
    hosts: (count) => plural(count, { one: 'eigener Host', other: 'eigene Hosts' }),
    flat: 'Ein Tarif bezahlt die Werkstatt, pauschal. Für Ihren eigenen Claude ist er nie ein Zähler.',
    bundles: 'Pakete',
    bundle: (amount, price) => `${credits(amount)} für ${usd(price)}`,
    bundlesLead: 'Sie verfallen nicht. Wer viel braucht, zahlt mit einem Tarif weniger.',
    noPayments: 'Hier lässt sich nichts kaufen. Wer diese Seite betreibt, vergibt Tarife und Guthaben von Hand.',
    cost: 'Was ein Credit ist',
    costIs: (dollars, markup) =>
      `Ein Credit ist ${usd(dollars)} von Claudes Listenpreis${markup === 0 ? ', ohne Aufschlag' : `, mit ${number(markup)} Prozent Aufschlag`}. Jeder Beleg zeigt beides. Was durch unseren Fehler oder einen von Claude scheitert, wird gutgeschrieben.`,
    order:
      'Zuerst wird das Guthaben von heute verwendet, dann das des Tarifs, dann der Rest, was am ehesten verfällt, zuerst.',
    well: 'Gut damit umgehen',
    wellLines: [
      'Eine Änderung auf einmal, mit ihrer Stelle genannt, braucht die wenigsten Schritte.',
      'Fragen Sie, bevor Sie bauen: Eine Frage kostet einen Bruchteil eines Schritts.',
      'Beginnen Sie neu, wenn ein Gespräch lang geworden ist: Die Dateien bleiben.',
      'Nehmen Sie Haiku für kleine Änderungen und ein größeres Modell für schwere.',
      'Hängen Sie nur die Dateien an, die die Änderung braucht.',
    ],
    earn: 'Guthaben verdienen',
    earnLead:
      'Rückmeldungen, gemeldete Fehler und was Sie gebaut haben, können Guthaben einbringen: Schicken Sie sie von Ihrem Konto aus.',
    account: 'Ihr Konto öffnen',
  },
};
