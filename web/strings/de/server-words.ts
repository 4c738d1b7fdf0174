import { formatsOf } from '../formats/formats.ts';
import { numberOf } from '../formats/number-fields.ts';
import { serverWordsOf, textOf } from '../formats/server-words.ts';
import { situations } from './situations.ts';

const { bytes, number, plural, seconds } = formatsOf('de');

const looked = (count: number) => (count === 0 ? 'keine Fehler' : plural(count, { one: 'Fehler', other: 'Fehler' }));
const checks: Record<string, string> = { nobody_looking: 'sie ist nicht offen', no_answer: 'keine Antwort' };

export const serverWords = serverWordsOf(situations, 'Claude sagt:', {
  aFile: 'eine Datei',
  titles: {
    list: () => 'Dateien ansehen',
    view: (path) => `${path} ansehen`,
    create: (path) => `${path} schreiben`,
    edit: (path) => `${path} ändern`,
    delete: (path) => `${path} löschen`,
    rename: (path, fields) => `${path} umbenennen in ${textOf(fields.to) || 'einen anderen Namen'}`,
    search: (_path, fields) =>
      `Suche nach „${textOf(fields.pattern)}“${fields.count === undefined ? '' : `: ${plural(numberOf(fields.count), { one: 'Zeile', other: 'Zeilen' })}`}`,
    check_preview: (_path, fields) =>
      fields.result === undefined
        ? 'Vorschau prüfen'
        : `Vorschau prüfen: ${checks[textOf(fields.result)] ?? looked(numberOf(fields.count))}`,
    run: (_path, fields) =>
      fields.restarted === true ? 'Container beenden' : `${textOf(fields.command) || 'Einen Befehl'} ausführen`,
    start_server: (_path, fields) => `${textOf(fields.command) || 'Einen Server'} starten`,
    server_logs: () => 'Nachsehen, was der Server sagt',
    view_image: (path) => `Konnte Claude ${path} nicht zeigen`,
    use: (_path, fields) => `${textOf(fields.tool)} benutzen`,
  },
  failures: {
    invalid_input: 'Der Aufruf von Claude war nicht gültig. Es wurde nichts getan.',
    cut_off: 'Der Aufruf von Claude war abgeschnitten. Es wurde nichts getan.',
    read_only: 'Auf eine Frage hin wird nichts geändert.',
    unknown_tool: 'Claude wollte ein Werkzeug, das es nicht gibt. Es wurde nichts getan.',
    stopped: 'Sie haben den Schritt vorher angehalten. Es wurde nichts getan.',
    turn_ended: 'Der Schritt war vorher zu Ende. Es wurde nichts getan.',
    path: 'Eine Datei kann diesen Pfad nicht haben.',
    not_found: 'Diese Datei gibt es nicht.',
    is_directory: 'Das ist ein Ordner, keine Datei.',
    parent_is_file: 'Einer der Ordner in diesem Pfad ist eine Datei.',
    path_taken: 'Eine Datei dieses Namens gibt es schon.',
    not_text: 'Das ist keine Textdatei, sie lässt sich nicht ändern.',
    no_match: 'Die Stelle, die ersetzt werden soll, steht so nicht in der Datei.',
    many_matches: (fields) =>
      `Was ersetzt werden soll, steht an ${plural(numberOf(fields.count), { one: 'Stelle', other: 'Stellen' })}: Welche gemeint ist, ist nicht klar.`,
    no_change: 'Die neue Stelle ist dieselbe wie die alte.',
    empty_text: 'Es gab keinen Text, der einzusetzen oder zu ersetzen wäre.',
    line_range: 'Solche Zeilen hat die Datei nicht.',
    too_large: (fields) =>
      numberOf(fields.limit) >= 10_000
        ? `Das wäre mehr als die erlaubten ${bytes(numberOf(fields.limit))}.`
        : 'Das wäre mehr, als ein Projekt haben darf.',
    container: 'Der Container lässt sich gerade nicht benutzen. Die Dateien sind, wie sie waren.',
    command: 'Das ist kein Befehl, der sich ausführen lässt.',
    interrupted: 'Der Befehl wurde unterbrochen: Wie weit er kam, ist unbekannt.',
    exit: (fields) => `Exit-Code ${number(numberOf(fields.code))}, ${seconds(numberOf(fields.durationMs) / 1000)}`,
    timeout: (fields) => `Beendet: Es dauerte länger als ${seconds(Math.floor(numberOf(fields.durationMs) / 1000))}.`,
    flooded: 'Beendet: Die Ausgabe war zu lang.',
    aborted: (fields) => `Sie haben ihn nach ${seconds(numberOf(fields.durationMs) / 1000)} beendet.`,
    lost: 'Der Container ist verschwunden: Wie weit der Befehl kam, ist unbekannt. Die Dateien sind wie davor.',
    port: 'Mit diesem Befehl und Port lässt sich kein Server starten.',
    server_ended: (fields) => `Der Server war zu Ende, bevor auf Port ${String(numberOf(fields.port))} etwas lauschte.`,
    server_silent: (fields) =>
      `Der Server wurde beendet: Auf Port ${String(numberOf(fields.port))} hat nichts gelauscht.`,
    no_server: 'Es wurde kein Server gestartet.',
    image: 'Claude konnte dieses Bild nicht lesen.',
  },
  ran: (ms) => `fertig nach ${seconds(ms / 1000)}`,
  refused: (count) =>
    `${plural(count, { one: 'Datei wurde', other: 'Dateien wurden' })} nicht ins Projekt übernommen: zu groß oder keine gewöhnliche Datei.`,
  more: 'Es gibt mehr neue Dateien, als ein Projekt haben darf.',
  leftOut: (count) => `… ${plural(count, { one: 'Zeichen ist', other: 'Zeichen sind' })} hier ausgelassen …`,
});
