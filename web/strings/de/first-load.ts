import type { AgentActivity, FirstWords } from '../en/first-load.ts';
import { formatsOf } from '../formats/formats.ts';
import type { ServerWords } from '../formats/server-words.ts';
import { errorWords } from './errors.ts';
import { serverWords } from './server-words.ts';

const { and, number, plural, day, duration, bytes, usd, seconds } = formatsOf('de');

function activityInWords(activity: AgentActivity): string {
  switch (activity.kind) {
    case 'idle':
      return 'Bereit';
    case 'waiting':
      return 'Wartet auf Claude';
    case 'thinking':
      return 'Denkt nach';
    case 'answering':
      return 'Antwortet';
    case 'writing':
      return `Schreibt ${activity.path}`;
    case 'retrying':
      return 'Versucht es noch einmal';
  }
}

export const de: FirstWords & ServerWords = {
  name: 'Redraw',
  home: 'Redraw, Startseite',
  loading: 'Das Projekt wird geladen',
  send: 'Senden',
  close: 'Schließen',
  tryAgain: 'Noch einmal versuchen',
  dismiss: 'Ausblenden',
  demo: 'Demo-Modell: Statt Claude antwortet ein Drehbuch.',
  demoHow: 'Mit ANTHROPIC_API_KEY baut der echte Claude.',
  landing: {
    title: 'Redraw',
    heading: 'Beschreiben Sie eine App. Sehen Sie zu, wie sie gezeichnet wird.',
    label: 'Was möchten Sie bauen?',
    placeholder: 'Ein Timer für drei Sorten Tee, mit Glocke …',
    hint: 'Enter sendet, Umschalt und Enter beginnt eine neue Zeile.',
    start: 'Zeichnen',
    starting: 'Geht los',
    ideasBefore: 'Oder beginnen Sie mit ',
    ideas: [
      [
        'einem Teetimer',
        'Ein Timer für drei Sorten Tee: grün, schwarz und Kräuter, jede mit ihrer eigenen Zeit, und am Ende eine Glocke.',
      ],
      [
        'einem Gewohnheitstagebuch',
        'Ein Tagebuch für eine Handvoll Gewohnheiten: eine Zeile für jede, ein Kästchen für jeden Tag dieser Woche, und die längste Serie.',
      ],
      [
        'einer Seite für eine Fahrradwerkstatt',
        'Eine einzelne Seite für eine kleine Fahrradwerkstatt: Öffnungszeiten, Preise der üblichen Reparaturen, Anfahrt.',
      ],
      [
        'einem Zeichenblock',
        'Ein Zeichenblock mit ein paar Stiften, Radiergummi, Rückgängig und einem Knopf, der das Bild speichert.',
      ],
      [
        'einem Planetenquiz',
        'Ein Quiz über die Planeten mit zehn Fragen, eine nach der anderen, und einer kurzen Bemerkung nach jeder Antwort.',
      ],
    ],
    projects: 'Ihre Projekte',
    projectChanged: (at) => `geändert am ${day(at)}`,
    promise: (limit) =>
      `${plural(limit, { one: 'Schritt', other: 'Schritte' })} ohne Konto. Jede Änderung lässt sich rückgängig machen, und der Code gehört Ihnen.`,
  },
  builder: {
    conversation: 'Gespräch',
    preview: 'Vorschau',
    panes: 'Was zu sehen ist',
    title: 'Titel des Projekts',
    rename: 'Projekt umbenennen',
    untitled: 'Ohne Titel',
    trial: (left, limit) => `noch ${number(left)} von ${plural(limit, { one: 'Schritt', other: 'Schritten' })}`,
    hosted: (left, limit) => `heute noch ${number(left)} von ${number(limit)}`,
    credits: (left) => `noch ${plural(left, { one: 'Credit', other: 'Credits' })}`,
    ownClaude: (label) => `Ihr Claude ${label}`,
    ownAccount: 'Ihr Claude-Konto',
    brokenClaude: 'Claude neu verbinden',
    settle: 'Anmelden oder Claude verbinden',
    account: 'Konto',
    latest: 'Zur neuesten Zeile',
    pageRunning: (title) => `Zeichnet … ${title}`,
    pageIdle: (title) => `${title} · Redraw`,
    reconnecting: 'Die Verbindung ist abgerissen und wird neu aufgebaut. Es geht nichts verloren.',
  },
  composer: {
    label: 'Was soll anders werden?',
    first: 'Was möchten Sie bauen?',
    placeholder: 'Ein Satz, eine Farbe, alles …',
    queuePlaceholder: 'Was kommt danach? Es wartet, bis es an der Reihe ist …',
    queue: 'Anstellen',
    stop: 'Anhalten',
    stopping: 'Wird angehalten',
    stopHint: (keys) => `Diesen Schritt anhalten (${keys})`,
    tooLong: (count) =>
      `${plural(count, { one: 'Zeichen', other: 'Zeichen' })} zu viel. Kürzen Sie den Text, oder hängen Sie ihn als Datei an.`,
    left: (count) => `noch ${plural(count, { one: 'Zeichen', other: 'Zeichen' })}`,
    commands: {
      label: 'Befehle',
    },
  },
  attachments: {
    add: 'Dateien anhängen',
    drop: 'Bilder oder Textdateien hier ablegen',
  },
  turn: {
    label: (index) => `Schritt ${number(index)}`,
    attached: (names) => `Mit ${and(names)}`,
    history: 'Verlauf des Gesprächs',
    log: 'Was gesagt und getan wurde',
    question: 'Frage',
    you: 'Sie',
    sending: 'Wird gesendet',
    thinking: 'Denkt nach',
    thought: 'Gedanken',
    draft: (path) => `${path}, wird geschrieben`,
    unfinished: 'nicht fertig',
    failed: 'fehlgeschlagen',
    activity: activityInWords,
    ended: {
      completed: 'Fertig',
      stopped: 'Angehalten. Was schon geschrieben war, bleibt.',
      failed: 'Dieser Schritt ist fehlgeschlagen.',
      exhausted: 'Dieser Schritt hielt an einem Limit an.',
    },
    stoppedEmpty: 'Angehalten. Keine Datei hat sich geändert.',
    notCounted: 'Nicht gezählt.',
    rephrase: 'Anders sagen',
    changed: (count) => plural(count, { one: 'Datei geändert', other: 'Dateien geändert' }),
    usd: (dollars) => (dollars > 0 && dollars < 0.001 ? `unter ${usd(0.001)}` : usd(dollars)),
    emptyHeading: 'Noch nichts da',
    empty: 'Sagen Sie in ein, zwei Sätzen, was Sie haben möchten. Claude schreibt es, und es erscheint auf dem Blatt.',
  },
  sheet: {
    label: 'Die App',
    loadFailed: 'Dieser Teil der Seite ließ sich nicht laden.',
  },
  talk: {
    index: 'Schritte dieses Gesprächs',
    indexOpen: (count) => plural(count, { one: 'Schritt', other: 'Schritte' }),
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyAnswer: 'Antwort kopieren',
    copyCode: 'Diesen Code kopieren',
    notCopied: 'Dieser Browser lässt eine Seite nichts kopieren.',
    edit: 'Ändern',
    editAgain: 'Ändern und noch einmal senden',
    previous: 'Schritt davor',
    next: 'Schritt danach',
    thought: (ms) => `${duration(ms)} nachgedacht`,
    lines: (added, removed) =>
      `${plural(added, { one: 'Zeile', other: 'Zeilen' })} hinzugefügt, ${number(removed)} entfernt`,
    size: bytes,
    deleted: 'gelöscht',
  },
  receipt: {
    open: 'Beleg',
    seconds: (ms) => seconds(ms / 1000),
  },
  keys: {
    open: 'Tastenkürzel',
    ctrl: 'Strg',
  },
  news: {
    label: 'Neuigkeiten',
    close: 'Diesen Hinweis schließen',
    offline: 'Sie sind offline. Diese Seite bleibt, wie sie ist; Senden braucht das Netz.',
  },
  share: {
    open: 'Teilen',
  },
  notify: {
    done: (title) => `${title} ist neu gezeichnet`,
    failed: (title) => `${title}: Der Schritt ging nicht gut aus`,
  },
  ...errorWords,
  ...serverWords,
};
