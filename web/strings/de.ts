import type { Activity } from '../state/activity.ts';
import type { Strings } from './en.ts';
import { formatsOf } from './formats.ts';
import { sheetWords } from './sheet-de.ts';

const { number, plural, percent, clock, day, dayAndClock, duration, bytes, usd, or, seconds } = formatsOf('de');

const payers: Record<string, string> = {
  trial: 'einem Probeschritt',
  connection: 'Ihrem eigenen Claude',
  hosted: 'dem Betreiber dieser Seite',
  credits: 'Ihrem Guthaben',
};

function activityInWords(activity: Activity): string {
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
    case 'tool':
      return activity.title;
    case 'retrying':
      return 'Versucht es noch einmal';
  }
}

export const de: Strings = {
  name: 'Redraw',
  home: 'Redraw, Startseite',
  loading: 'Das Projekt wird geladen',
  send: 'Senden',
  close: 'Schließen',
  tryAgain: 'Noch einmal versuchen',
  dismiss: 'Ausblenden',
  demo: 'Demo-Modell: Statt Claude antwortet ein Drehbuch. Mit ANTHROPIC_API_KEY baut der echte Claude.',
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
    trial: (used, limit) =>
      `${number(Math.min(used, limit))} von ${plural(limit, { one: 'Schritt', other: 'Schritten' })} verbraucht`,
    account: 'Konto',
    latest: 'Zur neuesten Zeile',
    pageRunning: (title) => `Zeichnet … ${title}`,
    pageIdle: (title) => `${title} · Redraw`,
    reconnecting: 'Die Verbindung ist abgerissen und wird neu aufgebaut. Es geht nichts verloren.',
    rateWarning: (utilization, resetsAt) => {
      const share =
        utilization === null ? 'Nahe am Limit von Claude' : `${percent(utilization)} des Limits von Claude verbraucht`;
      return resetsAt === null ? share : `${share}, neu ab ${clock(resetsAt)} Uhr`;
    },
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
    pointed: (what) => `Es geht um: ${what}`,
    unpoint: 'Nicht über dieses Element sprechen',
    commands: {
      label: 'Befehle',
      undo: 'Die letzte Änderung zurücknehmen',
      redo: 'Das Zurückgenommene wiederherstellen',
      stop: 'Diesen Schritt anhalten',
      model: 'Das Modell wählen',
      export: 'Das Projekt als Zip herunterladen',
      notNow: 'geht gerade nicht',
    },
  },
  queue: {
    heading: (count) => plural(count, { one: 'Auftrag wartet', other: 'Aufträge warten' }),
    edit: 'Ändern',
    editLabel: 'Wartender Auftrag',
    save: 'Speichern',
    cancel: 'Abbrechen',
    remove: 'Entfernen',
    removeItem: (prompt) => `Entfernen: ${prompt}`,
    editItem: (prompt) => `Ändern: ${prompt}`,
    moveItem: (prompt, place, count) =>
      `Verschieben: ${prompt}. Platz ${number(place)} von ${number(count)}. Die Pfeiltasten verschieben den Auftrag.`,
    moved: (place, count) => `Jetzt auf Platz ${number(place)} von ${number(count)}`,
    files: (count) => plural(count, { one: 'Datei', other: 'Dateien' }),
  },
  attachments: {
    add: 'Dateien anhängen',
    list: 'Angehängte Dateien',
    drop: 'Bilder oder Textdateien hier ablegen',
    remove: (name) => `${name} entfernen`,
    preparing: 'Wird vorbereitet',
    uploading: (share) => `${percent(share)} hochgeladen`,
    waits: 'Wird nach diesem Schritt hochgeladen',
    waitsHint:
      'Solange ein Schritt läuft, ändert niemand sonst die Dateien. Der Auftrag und seine Dateien warten hier, bis er zu Ende ist.',
    failed: 'Nicht hochgeladen',
    again: 'Noch einmal',
    scaled: (width, height) => `Für Claude auf ${number(width)} × ${number(height)} verkleinert`,
    size: bytes,
    refusedType: (name, kinds) =>
      `${name} lässt sich nicht anhängen. Möglich sind Bilder (${or(kinds)}) und Textdateien.`,
    refusedBinary: (name) => `${name} lässt sich nicht anhängen: Die Datei heißt wie ein Text, ist aber keiner.`,
    refusedImage: (name) => `${name} lässt sich nicht anhängen: Dieser Browser kann das Bild nicht lesen.`,
    refusedSize: (name, size, limit) => `${name} hat ${bytes(size)}. Erlaubt sind ${bytes(limit)} je Datei.`,
    refusedEmpty: (name) => `${name} ist leer.`,
    refusedCount: (limit) =>
      `Mit einem Auftrag gehen höchstens ${plural(limit, { one: 'Datei', other: 'Dateien' })} mit.`,
  },
  models: {
    heading: 'Modell',
    lead: 'Es antwortet ab dem nächsten Schritt.',
    loading: 'Die Modelle werden geladen',
    price: (input, output) => `${usd(input)} hinein, ${usd(output)} heraus, je Million Token`,
    current: 'in Gebrauch',
    notAllowed: 'Braucht einen eigenen Claude',
    cache:
      'Was Claude schon gelesen hat, kostet nur einen Bruchteil, aber je Modell getrennt. Nach einem Wechsel liest der nächste Schritt das Gespräch einmal zum vollen Preis.',
    chosen: (name) => `${name} antwortet ab dem nächsten Schritt.`,
  },
  turn: {
    label: (index) => `Schritt ${number(index)}`,
    history: 'Verlauf des Gesprächs',
    log: 'Was gesagt und getan wurde',
    you: 'Sie',
    sending: 'Wird gesendet',
    thinking: 'Denkt nach',
    thought: 'Gedanken',
    draft: (path) => `${path}, wird geschrieben`,
    unfinished: 'nicht fertig',
    failed: 'fehlgeschlagen',
    activity: activityInWords,
    retry: (attempt, max) => `Anfrage wird wiederholt, Versuch ${number(attempt)}/${number(max)}`,
    retryReason: (status, type) =>
      [status === null ? 'Verbindung abgerissen' : `Status ${status}`, type].filter(Boolean).join(', '),
    retryIn: (ms) => `nächster Versuch in ${duration(ms)}`,
    ended: {
      completed: 'Fertig',
      stopped: 'Angehalten. Was schon geschrieben war, bleibt.',
      failed: 'Dieser Schritt ist fehlgeschlagen.',
      exhausted: 'Dieser Schritt konnte nicht weitergehen.',
    },
    notCounted: 'Nicht gezählt.',
    changed: (count) => plural(count, { one: 'Datei geändert', other: 'Dateien geändert' }),
    paidBy: (payer) => `Bezahlt von ${payers[payer] ?? payer}`,
    tokens: (input, output) => `${number(input)} Token hinein, ${number(output)} heraus`,
    usd: (dollars) => (dollars > 0 && dollars < 0.001 ? `unter ${usd(0.001)}` : usd(dollars)),
    receipt: 'Beleg',
    emptyHeading: 'Noch nichts da',
    empty: 'Sagen Sie in ein, zwei Sätzen, was Sie haben möchten. Claude schreibt es, und es erscheint auf dem Blatt.',
  },
  limit: {
    heading: 'Nutzungslimit erreicht',
    shared: 'Das ist das Limit des Schlüssels, den sich hier alle teilen, nicht Ihres.',
    resets: (at, now) =>
      `Es endet ${at - now > 20 * 3_600_000 ? `am ${dayAndClock(at)}` : `um ${clock(at)}`} Uhr, in ${duration(at - now)}.`,
    lifted: 'Das Limit sollte inzwischen vorbei sein.',
  },
  ...sheetWords,
  signIn: {
    heading: 'Die Probeschritte sind verbraucht',
    body: (limit) =>
      `Sie haben alle Schritte verbraucht, die ohne Konto gehen (${number(limit)}). Hier würden Sie sich anmelden, aber eine Anmeldung gibt es hier noch nicht: Sie wird gerade gebaut.`,
    keep: 'Ihr Projekt geht nicht verloren. Es bleibt unter dieser Adresse; Sie können es ansehen, Änderungen rückgängig machen und es als Zip herunterladen.',
    understood: 'In Ordnung',
  },
  account: {
    heading: 'Konto',
    visitor: 'Sie sind ohne Konto hier. Ein Cookie in diesem Browser hält Ihre Projekte zusammen.',
    user: 'Sie sind angemeldet.',
    trial: 'Probeschritte',
    connection: 'Verbindung zu Claude',
    noConnection: 'Keine. Die Schritte gehen auf die Probe.',
    connected: (label, since) => `${label}, seit ${day(since)}`,
    loading: 'Ihr Konto wird geladen',
    language: 'Sprache',
  },
  notFound: {
    heading: 'Hier ist nichts gezeichnet',
    project:
      'Unter dieser Adresse gibt es kein Projekt, oder es gehört jemand anderem. Projekte hängen an dem Browser, in dem sie entstanden sind.',
    page: 'Unter dieser Adresse gibt es keine Seite.',
    start: 'Zur Startseite',
  },
  projects: {
    none: 'Hier werden Ihre Projekte liegen.',
    loading: 'Ihre Projekte werden gesucht',
    failed: 'Ihre Projekte ließen sich nicht auflisten.',
    noPicture: 'Noch kein Bild',
    menu: (title) => `${title} umbenennen oder löschen`,
    rename: 'Umbenennen',
    renameItem: (title) => `${title} umbenennen`,
    renameLabel: 'Titel des Projekts',
    remove: 'Löschen',
    removeItem: (title) => `${title} löschen`,
    removed: (title) => `${title} ist gelöscht`,
    undo: 'Rückgängig',
    notRemoved: (title) => `${title} ließ sich nicht löschen und ist noch da.`,
    notRenamed: (title) => `${title} ließ sich nicht umbenennen.`,
  },
  talk: {
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyAnswer: 'Antwort kopieren',
    copyCode: 'Diesen Code kopieren',
    notCopied: 'Dieser Browser lässt eine Seite nichts kopieren.',
    edit: 'Ändern und noch einmal senden',
    undoFirst: 'Der Text steht wieder im Feld. Was daraus wurde, gilt noch; soll es vorher zurückgenommen werden?',
    undoTurn: 'Schritt zurücknehmen',
    taken: 'Der Schritt ist zurückgenommen.',
    previous: 'Schritt davor',
    next: 'Schritt danach',
    index: 'Schritte dieses Gesprächs',
    indexOpen: (count) => plural(count, { one: 'Schritt', other: 'Schritte' }),
    thought: (ms) => `${duration(ms)} nachgedacht`,
    lines: (added, removed) =>
      `${plural(added, { one: 'Zeile', other: 'Zeilen' })} hinzugefügt, ${number(removed)} entfernt`,
    size: bytes,
    deleted: 'gelöscht',
    renamed: 'umbenannt',
  },
  receipt: {
    open: 'Beleg',
    payer: 'Bezahlt von',
    payers: { ...payers },
    model: 'Modell',
    input: 'Tokens hinein',
    output: 'Tokens heraus',
    cached: 'Aus dem Cache',
    stored: 'In den Cache',
    price: 'Listenpreis',
    markup: '0 % Aufschlag',
    first: 'Erstes Wort nach',
    whole: 'Ganzer Schritt',
    steps: 'Antworten von Claude',
    count: number,
    seconds: (ms) => seconds(ms / 1000),
  },
  keys: {
    heading: 'Tasten',
    open: 'Tasten der Tastatur',
    groups: { write: 'Schreiben', turn: 'Der Schritt', sheet: 'Das Blatt', around: 'Unterwegs' },
    send: 'Senden',
    line: 'Neue Zeile',
    recall: 'Den letzten Text zurückholen (im leeren Feld)',
    command: 'Befehle (am Anfang des Felds)',
    stop: 'Den Schritt anhalten',
    undo: 'Rückgängig',
    redo: 'Wiederherstellen',
    close: 'Schließen, was über dem Blatt liegt',
    previous: 'Schritt davor',
    next: 'Schritt danach',
    compose: 'Zum Eingabefeld',
    help: 'Diese Liste',
    shift: 'Umschalt',
    ctrl: 'Strg',
  },
  news: {
    label: 'Neuigkeiten',
    close: 'Diesen Hinweis schließen',
    elsewhereTurn: 'In einem anderen Fenster wurde ein Schritt begonnen.',
    elsewhereVersion: 'In einem anderen Fenster wurde eine andere Version aufs Blatt geholt.',
    offline: 'Sie sind offline. Diese Seite bleibt, wie sie ist; das Senden wartet auf das Netz.',
    online: 'Sie sind wieder online.',
  },
  share: {
    open: 'Teilen',
    heading: 'Die App teilen',
    who: 'Wer diese Adresse hat, sieht die App, wie sie ist und wie sie wird. Das Gespräch und den Code sieht er nicht, und ändern kann er nichts.',
    none: 'Noch gibt es nichts zu teilen. Sagen Sie, was Sie haben möchten, dann bekommt die App eine Adresse.',
    address: 'Adresse der App',
    copy: 'Adresse kopieren',
    send: 'Verschicken …',
    resetHeading: 'Zurückziehen',
    reset: 'Der App eine neue Adresse geben',
    resetWhat: 'Die alte Adresse gilt sofort nicht mehr, für niemanden.',
    resetSure: 'Wirklich? Verschickte Links gehen dann ins Leere.',
    resetYes: 'Ja, neue Adresse',
    resetDone: 'Die App hat eine neue Adresse.',
    keep: 'Behalten',
  },
  notify: {
    offer: 'Sagen, wenn es fertig ist',
    on: 'Sie bekommen Bescheid, wenn es fertig ist',
    refused: 'Dieser Browser erlaubt keine Nachrichten von dieser Seite.',
    done: (title) => `${title} ist neu gezeichnet`,
    failed: (title) => `${title}: Der Schritt ging nicht gut aus`,
  },
  accountMore: {
    projects: 'Ihre Projekte',
    models: 'Wer bezahlt',
    pays: 'Probeschritte bezahlt der Betreiber dieser Seite. Claude kostet den Listenpreis, und Redraw schlägt nichts auf.',
    limitsHeading: 'Limit von Claude',
    limitFree: 'Von einem Limit ist nichts bekannt.',
    limitResets: (at) => `Neu ab ${dayAndClock(at)}.`,
    limitUsed: (share) => `${percent(share)} verbraucht.`,
    left: (count) => `noch ${plural(count, { one: 'Schritt', other: 'Schritte' })}`,
    failed: 'Ihr Konto ließ sich nicht lesen.',
    motion:
      'Ihre Projekte hängen an diesem Browser: Wenn Sie seine Cookies löschen, kommen Sie nicht mehr an sie heran.',
  },
  errors: {
    unreachable: 'Redraw ist nicht zu erreichen. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
  },
};
