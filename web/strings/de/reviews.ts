import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';
import { spendingWords } from './spending.ts';

const { day, number, plural } = formatsOf('de');
const { credits } = spendingWords.spending;

const previews: Record<string, string> = { ready: 'Zeigt die App', error: 'Hat Fehler', unknown: 'Nicht angesehen' };

export const reviewWords: Pick<LateWords, 'reviews'> = {
  reviews: {
    heading: 'Prüfungen und Rückmeldungen',
    loading: 'Ihre Prüfungen werden gesucht …',
    failed: 'Ihre Prüfungen ließen sich nicht auflisten.',
    none: 'Sie haben keine Prüfung erbeten. „Das war zu teuer“ auf einem Beleg beginnt eine.',
    states: {
      submitted: 'Wartet auf eine Entscheidung',
      confirmed: 'Bestätigt',
      declined: 'Abgelehnt',
      restored: 'Erstattet',
    },
    asked: (at) => `Erbeten am ${day(at)}`,
    due: (at) => `Entschieden spätestens am ${day(at)}`,
    restored: (amount) => `${credits(amount)} erstattet`,
    cost: (amount) => `Kosten: ${credits(amount)}`,
    dialog: 'Das war zu teuer',
    lead: 'Der Server sieht nach, was schiefging. Ein klarer Fehler von uns wird sofort erstattet; alles andere sieht sich ein Mensch an.',
    preparing: 'Was bekannt ist, wird gesammelt …',
    notPrepared: 'Was über dieses Projekt bekannt ist, ließ sich nicht sammeln.',
    project: 'Projekt',
    model: 'Modell',
    preview: 'Vorschau',
    previews,
    conversation: 'Gespräch',
    size: (messages, tokens) =>
      `${plural(messages, { one: 'Nachricht', other: 'Nachrichten' })}, ${number(tokens)} Tokens`,
    task: 'Was wollten Sie erreichen?',
    contact: 'Wohin dürfen wir antworten? (freiwillig)',
    ask: 'Um eine Prüfung bitten',
    resultRestored: (amount) => `Das lag an uns. ${credits(amount)} sind wieder in Ihrem Guthaben.`,
    resultWaits: (at) => `Ihre Prüfung läuft. Die Entscheidung kommt spätestens am ${day(at)}.`,
    tips: 'Was hier weniger kostet',
    tip: {
      start_fresh: (percent) =>
        `${number(percent)} Prozent der Kosten entfielen darauf, das Gespräch noch einmal zu lesen.`,
      smaller_model: 'Kleine Änderungen kosten mit einem kleinen Modell weniger.',
      describe_differently:
        'Claude drehte sich im Kreis: Machen Sie es rückgängig, und beschreiben Sie anders, was Sie möchten.',
      check_preview: 'Die Vorschau hatte Fehler: Sehen Sie nach, und sagen Sie Claude, was Sie sehen.',
      attach_less: 'Jede angehängte Datei wird in jedem Schritt gelesen: Hängen Sie weniger an.',
      ask_first: 'Eine Änderung nach der anderen, mit ihrer Stelle benannt, braucht die wenigsten Schritte.',
    },
    startFresh: 'Neu beginnen',
    useSmall: 'Haiku verwenden',
    smallUsed: 'Die nächsten Schritte verwenden Haiku.',
    askAbout: (title) => `Nach dem neuesten Schritt von ${title} fragen`,
    mail: 'Stattdessen eine E-Mail schreiben',
    feedback: 'Rückmeldung senden',
    kind: 'Worum geht es?',
    kinds: { feedback: 'Rückmeldung', bug: 'Etwas ist defekt', build: 'Etwas, das ich gebaut habe' },
    text: 'Ihre Nachricht',
    send: 'Senden',
    sent: 'Danke. Ihre Nachricht ist angekommen.',
    enquiry: 'Um einen eigenen Tarif bitten',
    members: 'Personen (freiwillig)',
    budget: 'Dollar im Monat (freiwillig)',
    needs: 'Was brauchen Sie?',
  },
};
