import { formatsOf } from '../formats/formats.ts';
import { inUnits, numberOf } from '../formats/number-fields.ts';
import { type Fields, type Situations, textOf } from '../formats/server-words.ts';

const { bytes, number, plural } = formatsOf('de');

const units = {
  second: { one: 'Sekunde', other: 'Sekunden' },
  minute: { one: 'Minute', other: 'Minuten' },
  hour: { one: 'Stunde', other: 'Stunden' },
};
const time = (seconds: unknown): string => {
  const { count, unit } = inUnits(numberOf(seconds));
  return plural(count, units[unit]);
};
const again = (fields: Fields, otherwise: string): string =>
  numberOf(fields.retryAfter) > 0 ? `Versuchen Sie es in ${time(fields.retryAfter)} noch einmal.` : otherwise;

const signIn = 'Melden Sie sich an, um weiterzubauen.';
const goOn = 'Verbinden Sie Ihren eigenen Claude, um jetzt weiterzumachen, oder kommen Sie morgen wieder.';
const connect = 'Verbinden Sie neu, um weiterzumachen.';
const notLost = 'Sie ist nicht verloren: Versuchen Sie es in einer Minute noch einmal.';
const missing = 'Sagen Sie, was noch fehlt.';
const upload = 'Davon wurde nichts behalten.';
const retry = 'Versuchen Sie es noch einmal.';
const soon = 'Versuchen Sie es gleich noch einmal.';
const begin = 'Beginnen Sie die Verbindung noch einmal.';
const circles = 'Nehmen Sie es zurück, sagen Sie mehr dazu, oder wünschen Sie einen anderen Weg.';

export const situations: Situations = {
  sign_in_required: signIn,
  'sign_in_required.no_shared_key': `Diese Seite teilt keinen eigenen Schlüssel. ${signIn}`,
  'sign_in_required.no_trial': `Auf dieser Seite gibt es keine Probeschritte. ${signIn}`,
  'sign_in_required.used_up': (fields) =>
    `${numberOf(fields.limit) === 1 ? 'Der Probeschritt ist aufgebraucht.' : `Alle ${number(numberOf(fields.limit))} Probeschritte sind aufgebraucht.`} ${signIn}`,
  'sign_in_required.address':
    'Aus diesem Netz haben heute schon so viele Gäste begonnen, wie zur Probe bauen dürfen. Melden Sie sich bei einem Konto an, das Sie haben, oder verbinden Sie Ihren eigenen Claude.',
  subscription_required: 'Dieses Modell steht dem, der Ihre Schritte bezahlt, nicht offen.',
  'subscription_required.not_owned': (fields) => `Ihr Claude-Konto hat keinen Zugang zu ${textOf(fields.model)}.`,
  'subscription_required.only_default':
    'Mit dem geteilten Schlüssel baut nur das Standardmodell. Verbinden Sie Ihren eigenen Claude, um ein anderes zu wählen.',
  'subscription_required.not_in_plan': (fields) =>
    `Guthaben des Tarifs ${textOf(fields.plan)} bezahlt ${textOf(fields.model)} nicht. Verbinden Sie Ihren eigenen Claude, oder wählen Sie ein anderes Modell.`,
  'subscription_required.projects': (fields) =>
    `Im Tarif ${textOf(fields.plan)} ist mit Guthaben Platz für ${numberOf(fields.limit) === 1 ? 'ein Projekt' : `${number(numberOf(fields.limit))} Projekte`}. Bauen Sie an einem weiter, das es gibt, löschen Sie eines, oder verbinden Sie Ihren eigenen Claude.`,
  challenge_required: 'Zeigen Sie, dass Sie ein Mensch sind, dann beginnt der erste Schritt.',
  'challenge_required.failed': `Die Prüfung, ob Sie ein Mensch sind, wurde nicht bestanden. ${retry}`,
  'challenge_required.unknown': `Die Prüfung, ob Sie ein Mensch sind, war nicht möglich. ${retry}`,
  forbidden_origin: 'Das ist nur von den Seiten von Redraw aus möglich.',
  https_required: 'Redraw antwortet hier nur über https. Öffnen Sie es unter seiner https-Adresse.',
  fresh_sign_in_required: 'Zeigen Sie zuerst, dass Sie es sind: Melden Sie sich noch einmal an.',
  turn_in_progress: 'Warten Sie, bis der Schritt zu Ende ist, oder halten Sie ihn an.',
  'turn_in_progress.queue_full': (fields) =>
    `Ein Schritt läuft, und ${plural(numberOf(fields.limit), { one: 'Anfrage wartet', other: 'Anfragen warten' })} schon.`,
  'turn_in_progress.queue_too_long': 'Die wartenden Anfragen sind zu lang, um noch eine aufzunehmen.',
  nothing_to_undo: 'Vor dieser Version gibt es nichts.',
  nothing_to_redo: 'Es gibt nichts Zurückgenommenes, das sich wiederherstellen ließe.',
  demo_mode: 'Hier antwortet ein Modell nach Drehbuch: Schlüssel nimmt diese Seite nicht.',
  invalid_request: 'Das ließ sich nicht verstehen. Laden Sie die Seite neu, und versuchen Sie es noch einmal.',
  'invalid_request.issues': (fields) =>
    `${textOf(fields.field) ? `Das Feld ${textOf(fields.field)}` : 'Etwas daran'} geht so nicht. Ändern Sie es, und versuchen Sie es noch einmal.`,
  'invalid_request.too_long': (fields) =>
    `Das Feld ${textOf(fields.field)} ist zu lang: Höchstens ${number(numberOf(fields.limit))} sind möglich.`,
  'invalid_request.prompt_blank': 'Schreiben Sie, was Sie bauen möchten.',
  'invalid_request.prompt_too_long': (fields) =>
    `Eine Anfrage darf ${plural(numberOf(fields.limit), { one: 'Zeichen', other: 'Zeichen' })} haben.`,
  'invalid_request.name_blank': 'Schreiben Sie einen Namen.',
  'invalid_request.time_ahead': 'Eine Anfrage lässt sich höchstens 60 Tage im Voraus stellen.',
  'invalid_request.host_name':
    'Nennen Sie einen Host bei seinem Namen, etwa api.example.com: keine Adresse aus Zahlen, kein Port, kein Pfad.',
  'invalid_request.host_private': 'Nur Hosts des öffentlichen Internets lassen sich öffnen.',
  'invalid_request.hosts_many': (fields) =>
    `Höchstens ${plural(numberOf(fields.limit), { one: 'Host lässt', other: 'Hosts lassen' })} sich öffnen.`,
  'invalid_request.key_blank': 'Fügen Sie den Schlüssel ein.',
  'invalid_request.key_form': 'Ein Schlüssel ist ein einziges Wort aus einfachen Buchstaben, Ziffern und Zeichen.',
  'invalid_request.passkeys': (fields) =>
    `Ein Konto darf ${plural(numberOf(fields.limit), { one: 'Passkey', other: 'Passkeys' })} haben. Entfernen Sie zuerst einen.`,
  'invalid_request.host': (fields) =>
    `Passkeys brauchen eine Adresse mit Namen. Öffnen Sie Redraw unter ${textOf(fields.url)}.`,
  'invalid_request.path': 'Eine Datei kann diesen Pfad nicht haben.',
  'invalid_request.is_directory': (fields) => `${textOf(fields.path)} ist ein Ordner. Nennen Sie eine Datei darin.`,
  'invalid_request.parent_is_file': (fields) =>
    `${textOf(fields.path)} ist eine Datei, darin können keine Dateien liegen.`,
  'invalid_request.path_taken': (fields) => `Unter ${textOf(fields.path)} gibt es schon eine Datei.`,
  'invalid_request.model': (fields) => `Ein Modell ${textOf(fields.model)} gibt es nicht.`,
  'invalid_request.plan': 'Diesen Tarif gibt es nicht.',
  'invalid_request.time_zone': 'Diese Zeitzone gibt es nicht. Wählen Sie eine aus der Liste.',
  'invalid_request.attachments': 'Eine Datei, die mitgeht, ist nicht mehr da. Hängen Sie sie noch einmal an.',
  'invalid_request.time': 'Auf eine Uhrzeit lässt sich nur eine Anfrage eines Projekts legen, das es schon gibt.',
  'invalid_request.nothing_to_summarise': 'Es gibt noch nichts zusammenzufassen.',
  'invalid_request.version': 'Diese Version gibt es nicht.',
  unsupported_media_type: 'Diese Art von Inhalt wird hier nicht angenommen.',
  key_rejected: 'Prüfen Sie, ob er ganz und noch gültig ist.',
  sign_in_failed: `Es wurde niemand angemeldet. ${retry}`,
  'sign_in_failed.passkey_unknown': 'Redraw kennt diesen Passkey nicht. Vielleicht wurde er entfernt.',
  'sign_in_failed.passkey_used': `Der Passkey wurde zur selben Zeit anderswo benutzt. ${retry}`,
  'sign_in_failed.passkey_unverified': `Der Passkey ließ sich nicht prüfen. ${retry}`,
  'sign_in_failed.user_verification':
    'Der Passkey hat nicht geprüft, ob Sie es sind. Richten Sie dafür eine Bildschirmsperre, einen Fingerabdruck oder eine PIN ein, und versuchen Sie es noch einmal.',
  'sign_in_failed.other_account':
    'Das gehört zu einem anderen Konto. Melden Sie sich erst ab, um damit hineinzukommen, oder nehmen Sie einen Zugang des Kontos, das hier offen ist.',
  'sign_in_failed.expired': `Das hat zu lange gedauert oder war schon getan. ${retry}`,
  'sign_in_failed.provider': (fields) =>
    `${textOf(fields.provider)} ist im Moment nicht zu erreichen. Versuchen Sie es später noch einmal.`,
  last_way_in:
    'Das ist der letzte Weg, sich bei Ihrem Konto anzumelden. Fügen Sie zuerst einen anderen hinzu, oder löschen Sie das Konto.',
  oauth_failed: begin,
  'oauth_failed.not_begun': `Das wurde nicht in diesem Browser begonnen. ${begin}`,
  'oauth_failed.said': 'Claude hat sie aus einem eigenen Grund beendet.',
  'oauth_failed.incomplete': 'Fügen Sie den ganzen Code ein, mit dem # und dem, was danach kommt.',
  'oauth_failed.other_attempt': `Dieser Code gehört zu einem anderen Versuch oder ist älter als zehn Minuten. ${begin}`,
  'oauth_failed.code_refused': `Claude hat den Code nicht angenommen. ${begin}`,
  'oauth_failed.site_refused': 'Claude hat diese Seite abgelehnt. Ihr Betreiber muss sich darum kümmern.',
  payload_too_large: 'Das ist zu groß.',
  'payload_too_large.kept': (fields) =>
    `Dieses Projekt bewahrt so viel auf, wie es darf: ${bytes(numberOf(fields.limit))} mit seinen Versionen. Bitten Sie Claude, große Dateien zu löschen, oder machen Sie in einem neuen Projekt weiter.`,
  'payload_too_large.body': (fields) => `Das Gesendete ist größer als ${bytes(numberOf(fields.limit))}. ${upload}`,
  'payload_too_large.file': (fields) => `Eine Datei darf ${bytes(numberOf(fields.limit))} haben. ${upload}`,
  'payload_too_large.files': (fields) =>
    `Ein Projekt darf ${plural(numberOf(fields.limit), { one: 'Datei', other: 'Dateien' })} haben. ${upload}`,
  'payload_too_large.project': (fields) =>
    `Ein Projekt darf im Ganzen ${bytes(numberOf(fields.limit))} haben. ${upload}`,
  too_many_requests: (fields) =>
    `Das war zu oft. ${again(fields, 'Warten Sie eine Weile, und versuchen Sie es noch einmal.')}`,
  'too_many_requests.key_checks': (fields) =>
    `Es wurden zu viele Schlüssel versucht. ${again(fields, 'Warten Sie eine Weile, und versuchen Sie es noch einmal.')}`,
  'too_many_requests.promo_codes': (fields) =>
    `Es wurden zu viele Codes versucht. ${again(fields, 'Warten Sie eine Weile, und versuchen Sie es noch einmal.')}`,
  'too_many_requests.time_zone': 'Die Zeitzone lässt sich einmal in sieben Tagen ändern.',
  'too_many_requests.reviews': (fields) =>
    `Sie können ${numberOf(fields.limit)} Prüfungen am Tag erbitten. ${again(fields, 'Versuchen Sie es morgen noch einmal.')}`,
  'too_many_requests.feedback': (fields) =>
    `Sie können ${numberOf(fields.limit)} Rückmeldungen am Tag senden. ${again(fields, 'Versuchen Sie es morgen noch einmal.')}`,
  'too_many_requests.enquiries': (fields) =>
    `Sie können ${numberOf(fields.limit)} Anfragen am Tag senden. ${again(fields, 'Versuchen Sie es morgen noch einmal.')}`,
  'invalid_request.turns': 'Dieses Projekt hat keinen solchen Schritt, der zu Ende ist.',
  'invalid_request.decided': 'Über diese Prüfung wurde anders entschieden.',
  'not_found.review': 'Diese Prüfung gibt es nicht.',
  code_unknown: 'Diesen Code gibt es nicht. Sehen Sie ihn sich noch einmal an.',
  code_used: 'Dieser Code ist eingelöst.',
  code_expired: 'Dieser Code ist abgelaufen.',
  busy: (fields) => `Von diesem Projekt sind gerade zu viele große Dateien unterwegs. ${again(fields, soon)}`,
  'busy.call': (fields) => `Gerade ist zu viel auf einmal unterwegs. ${again(fields, soon)}`,
  credit_exhausted: 'Das Claude-Konto ist am Limit.',
  'credit_exhausted.known':
    'Ihr Claude-Konto ist am Limit. Warten Sie, bis es neu beginnt, oder versuchen Sie es trotzdem.',
  'credit_exhausted.plan': 'Das Claude-Abo ist am Limit.',
  'credit_exhausted.no_extra_usage': 'Das Claude-Abo ist am Limit und hat keine Zusatznutzung mehr.',
  'credit_exhausted.spend_limit': 'Dieses Claude-Konto hat sein Ausgabenlimit erreicht.',
  'credit_exhausted.rate_limit': 'Dieses Claude-Konto hat sein Limit an Anfragen erreicht.',
  'credit_exhausted.no_credit': 'Dieses Claude-Konto hat kein Guthaben mehr.',
  'credit_exhausted.shared_key': 'Der geteilte Schlüssel dieser Seite hat sein Limit bei Claude erreicht.',
  hosted_budget_spent: `Die geteilten Schritte von heute sind aufgebraucht. ${goOn}`,
  'hosted_budget_spent.no_shared_key':
    'Auf dieser Seite gibt es keine geteilten Schritte. Verbinden Sie Ihren eigenen Claude, um weiterzumachen.',
  'hosted_budget_spent.used_up': (fields) =>
    `${numberOf(fields.limit) === 1 ? 'Der geteilte Schritt von heute ist aufgebraucht.' : `Alle ${number(numberOf(fields.limit))} geteilten Schritte von heute sind aufgebraucht.`} ${goOn}`,
  'too_many_requests.sign_ups':
    'Von dieser Adresse kamen heute zu viele neue Konten. Melden Sie sich bei einem an, das es gibt, oder kommen Sie morgen wieder.',
  'too_many_requests.projects':
    'Von dieser Adresse kamen heute schon genug neue Projekte. Bauen Sie an einem weiter, das es gibt, oder kommen Sie morgen wieder.',
  'too_many_requests.uploads':
    'Heute wurde zu viel hochgeladen oder von Hand geändert. Melden Sie sich an, verbinden Sie Ihren eigenen Claude, oder kommen Sie morgen wieder.',
  'hosted_budget_spent.budget': `Die geteilten Schritte von heute sind aufgebraucht. ${goOn}`,
  'hosted_budget_spent.account': `Ihr Anteil an den geteilten Schritten von heute ist aufgebraucht. ${goOn}`,
  'hosted_budget_spent.address': `Der Anteil dieses Netzes an den geteilten Schritten von heute ist aufgebraucht. ${goOn}`,
  'hosted_budget_spent.new_visitors': `Aus diesem Netz haben heute schon so viele neue Konten begonnen, wie geteilte Schritte bekommen. ${goOn}`,
  credits_spent:
    'Ihr Guthaben reicht nicht für diesen Schritt. Verbinden Sie Ihren eigenen Claude, um jetzt weiterzumachen, oder kommen Sie wieder, wenn neues da ist.',
  'credits_spent.kept':
    'Ihr Guthaben reicht nicht weiter. Was bis hierher geschrieben wurde, bleibt, und ist eine Version.',
  connection_broken: `Die Verbindung zu Claude ist unterbrochen. ${connect}`,
  'connection_broken.removed': `Die Verbindung zu Claude wurde entfernt. ${connect}`,
  'connection_broken.key_refused': `Claude nimmt den Schlüssel nicht mehr an. ${connect}`,
  'connection_broken.token_refused': `Claude lehnt diese Verbindung ab, auch mit frischem Token. ${connect}`,
  'connection_broken.grant_ended': `Claude hat diese Verbindung beendet. ${connect}`,
  'connection_broken.answer_lost': `Die Antwort auf eine Erneuerung dieser Verbindung ging verloren, und Claude gibt sie kein zweites Mal. ${connect}`,
  'connection_broken.expired': `Die Verbindung zu Claude ist abgelaufen. ${connect}`,
  'connection_broken.off': 'Diese Seite verbindet keine Claude-Konten mehr.',
  'connection_broken.renewed':
    'Claude hat die Verbindung abgelehnt, die seitdem erneuert wurde. Senden Sie noch einmal, oder verbinden Sie neu.',
  'connection_broken.disabled': 'Dieses Claude-Konto ist gesperrt.',
  connection_unavailable: `Die Verbindung zu Claude lässt sich gerade nicht benutzen. ${notLost}`,
  'connection_unavailable.moving': `Ihre Verbindung zu Claude zieht gerade in Ihr Konto um. ${notLost}`,
  'connection_unavailable.renewal': `Die Verbindung zu Claude lässt sich gerade nicht erneuern. ${notLost}`,
  claude_unreachable: `Claude war nicht zu erreichen, deshalb hat sich nichts geändert. ${soon}`,
  'claude_unreachable.key_check': `Claude war nicht zu erreichen, um den Schlüssel zu prüfen. Er wurde nicht behalten. ${soon}`,
  not_found: 'Das gibt es hier nicht oder nicht mehr.',
  'not_found.project': 'Dieses Projekt gibt es nicht.',
  'not_found.cookie':
    'Redraw kennt diesen Browser nicht: Er hat kein Cookie gesendet (gesperrt oder gelöscht), oder seine Anmeldung ist zu Ende. Wenn hier etwas Ihnen gehört, erlauben Sie Cookies für diese Seite, oder melden Sie sich wieder an.',
  'not_found.account': 'Dieses Konto gibt es nicht mehr. Laden Sie die Seite neu.',
  'not_found.call': 'Das gibt es hier nicht. Laden Sie die Seite neu.',
  'not_found.version': 'Diese Version gibt es nicht.',
  'not_found.version_gone': 'Die Dateien dieser Version sind nicht mehr da.',
  'not_found.file': 'Diese Datei gibt es nicht.',
  'not_found.passkey': 'Diesen Passkey gibt es nicht.',
  'not_found.sign_in_method': 'Diesen Weg, sich anzumelden, gibt es nicht.',
  'not_found.login': 'Diese Anmeldung gibt es nicht.',
  'not_found.connection': 'Es ist kein Claude-Konto verbunden.',
  'not_found.signed_in_meanwhile':
    'In diesem Browser hat sich jemand angemeldet. Laden Sie die Seite neu, und verbinden Sie dann.',
  'not_found.fresh_start': 'Es gibt keinen Neuanfang, der zurückgenommen werden könnte.',
  'not_found.queued_prompt': 'Diese Anfrage wartet nicht mehr.',
  'not_found.command': 'Es läuft kein Befehl.',
  'not_found.container': 'Hier gibt es keinen Container.',
  'not_found.server': 'Es wurde kein Server gestartet.',
  internal: `Bei uns ist etwas kaputtgegangen. Verloren ist nichts. ${retry}`,
  'internal.given_up': 'Der Schritt hat nicht begonnen. Senden Sie noch einmal.',
  'internal.unchanged': 'Bei uns ist etwas kaputtgegangen. Die Dateien sind, wie sie waren; senden Sie noch einmal.',
  'internal.kept': 'Bei uns ist etwas kaputtgegangen. Der Schritt ist hier zu Ende.',
  refused: 'Claude hat diese Anfrage abgelehnt und sieht sie nicht mehr. Sagen Sie es anders.',
  output_limit: 'Die Antwort war länger, als Claude in einem Schritt schreiben darf. Bitten Sie um weniger auf einmal.',
  turn_limit: `Dieser Schritt kam nicht zu seinem Ende und wurde hier beendet. ${missing}`,
  'turn_limit.steps': (fields) =>
    `Dieser Schritt kam nach ${plural(numberOf(fields.limit), { one: 'Antwort', other: 'Antworten' })} nicht zu seinem Ende und wurde hier beendet. ${missing}`,
  'turn_limit.time': (fields) =>
    `Dieser Schritt kam nach ${time(fields.seconds)} nicht zu seinem Ende und wurde hier beendet. ${missing}`,
  going_in_circles: `Claude dreht sich im Kreis. ${circles}`,
  'going_in_circles.tool': `Claude dreht sich im Kreis: Zweimal nacheinander ist dasselbe misslungen. ${circles}`,
  'going_in_circles.preview': `Claude dreht sich im Kreis: Die Vorschau zeigt zweimal nacheinander denselben Fehler. ${circles}`,
  operator_key_refused: 'Claude hat den Schlüssel dieser Seite abgelehnt. Ihr Betreiber muss sich darum kümmern.',
  request_too_large: 'Dieses Gespräch ist zu groß geworden, um es Claude zu senden.',
  context_full: 'Dieses Gespräch ist größer, als Claude auf einmal lesen kann.',
  upstream_busy: (fields) =>
    `Claude nimmt im Moment nur wenige Anfragen an. Das ist nicht Ihr eigenes Limit. ${again(fields, '')}`.trim(),
  upstream_error: (fields) => `Claude hatte selbst einen Fehler. ${again(fields, soon)}`,
  upstream_overloaded: (fields) =>
    `Claude ist im Moment überlastet. ${again(fields, 'Versuchen Sie es in ein paar Minuten noch einmal.')}`,
  upstream_unreachable: 'Die Verbindung zu Claude riss ab und ließ sich nicht wiederherstellen.',
  upstream_refused: 'Claude hat diese Anfrage abgelehnt. Der Fehler liegt bei uns und ist aufgezeichnet.',
  'upstream_refused.thinking': 'Claude konnte dieses Gespräch nicht lesen.',
  'upstream_refused.images': 'Claude konnte ein Bild dieses Gesprächs nicht ansehen.',
  permission_denied: 'Claude erlaubt das mit Ihrem Schlüssel nicht.',
  model_not_found: 'Dieses Claude-Konto hat keinen Zugang zu dem gewählten Modell.',
};
