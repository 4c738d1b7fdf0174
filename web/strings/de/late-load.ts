import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';
import { accountWords } from './account.ts';
import { creditWords } from './credits.ts';
import { limitWords } from './limits.ts';
import { previewWords } from './preview.ts';
import { reviewWords } from './reviews.ts';
import { spendingWords } from './spending.ts';

const { number, plural, percent, bytes, usd, or } = formatsOf('de');

const payers: Record<string, string> = {
  trial: 'einem Probeschritt',
  connection: 'Ihrem eigenen Claude',
  hosted: 'dem Betreiber dieser Seite',
  credits: 'Ihrem Guthaben',
};

export const lateDe: LateWords = {
  ...previewWords,
  ...accountWords,
  ...creditWords,
  ...limitWords,
  ...reviewWords,
  ...spendingWords,
  projects: {
    search: 'Ein Projekt finden',
    noneFound: 'Kein Projekt heißt so.',
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
  news: {
    elsewhereTurn: 'In einem anderen Fenster wurde ein Schritt begonnen.',
    elsewhereVersion: 'In einem anderen Fenster wurde eine andere Version aufs Blatt geholt.',
  },
  talk: {
    undoFirst: 'Der Text steht wieder im Feld. Was daraus wurde, gilt noch; soll es vorher zurückgenommen werden?',
    undoTurn: 'Schritt zurücknehmen',
    taken: 'Der Schritt ist zurückgenommen.',
  },
  notFound: {
    heading: 'Hier ist nichts gezeichnet',
    project:
      'Unter dieser Adresse gibt es kein Projekt, oder es ist nicht Ihres. Ein Projekt gehört dem Browser, in dem es entstanden ist, oder dem Konto, an dem Sie sich anmelden. Ein Browser, dessen Cookies gelöscht wurden, ist ein anderer.',
    cookie:
      'Redraw kennt diesen Browser nicht: Er hat kein Cookie gesendet (gesperrt oder gelöscht), oder die Anmeldung ist beendet. Falls hier etwas Ihnen gehört, erlauben Sie Cookies für diese Seite, oder melden Sie sich wieder an.',
    page: 'Unter dieser Adresse gibt es nichts.',
    start: 'Zur Startseite',
    broken: {
      heading: 'Der Stift ist abgebrochen',
      page: 'Bei uns ist etwas kaputtgegangen. Nichts ist verloren; laden Sie die Seite gleich noch einmal.',
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
    list: 'Angehängte Dateien',
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
  receipt: {
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
  },
  notify: {
    offer: 'Sagen, wenn es fertig ist',
    on: 'Sie bekommen Bescheid, wenn es fertig ist',
    refused: 'Dieser Browser erlaubt keine Nachrichten von dieser Seite.',
  },
  turn: {
    freshStart: 'Neu ansetzen',
    freshStarted: 'Neu angesetzt',
    freshRunning: 'Claude schreibt eine Zusammenfassung des Gesprächs.',
    freshWhat: 'Claude macht von dieser Zusammenfassung aus weiter. Die Dateien und das Gesagte bleiben.',
    freshTakenBack: 'Zurückgenommen: Claude macht vom ganzen Gespräch aus weiter.',
    freshUndo: 'Rückgängig',
    freshUndoLabel: 'Das neue Ansetzen zurücknehmen',
  },
  composer: {
    askLabel: 'Was möchten Sie wissen?',
    askPlaceholder: 'Fragen Sie zur App; es wird nichts geändert …',
    pointed: (what) => `Es geht um: ${what}`,
    unpoint: 'Nicht über dieses Element sprechen',
    modes: { label: 'Was die Eingabe bewirkt', build: 'Bauen', ask: 'Fragen' },
    commands: {
      undo: 'Die letzte Änderung zurücknehmen',
      redo: 'Das Zurückgenommene wiederherstellen',
      stop: 'Diesen Schritt anhalten',
      model: 'Das Modell wählen',
      ask: 'Fragen: die nächsten Eingaben sind Fragen, nichts wird geändert',
      build: 'Bauen: die nächsten Eingaben ändern die App',
      fresh: 'Neu ansetzen: eine Zusammenfassung tritt an die Stelle des Gesprächs',
      export: 'Das Projekt als Zip herunterladen',
      notNow: 'geht gerade nicht',
    },
  },
  models: {
    heading: 'Modell',
    lead: 'Es antwortet ab dem nächsten Schritt.',
    loading: 'Die Modelle werden geladen',
    price: (input, output) => `${usd(input)} hinein, ${usd(output)} heraus, je Million Token`,
    current: 'in Gebrauch',
    notAllowed: 'Braucht einen eigenen Claude',
    notOwned: 'Nicht in Ihrem Claude-Konto',
    noPrice: 'Preis unbekannt',
    connect: 'Claude verbinden, um jedes seiner Modelle zu wählen',
    cache:
      'Was Claude schon gelesen hat, kostet nur einen Bruchteil, aber je Modell getrennt. Nach einem Wechsel liest der nächste Schritt das Gespräch einmal zum vollen Preis.',
    chosen: (name) => `${name} antwortet ab dem nächsten Schritt.`,
  },
  keys: {
    heading: 'Tasten',
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
    enter: 'Enter',
    escape: 'Esc',
  },
  share: {
    heading: 'Die App teilen',
    who: 'Wer diese Adresse hat, sieht die App, wie sie ist und wie sie wird, und kann wie bei jeder Webseite ihren Code lesen. Das Gespräch sieht er nicht, und ändern kann er nichts.',
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
};
