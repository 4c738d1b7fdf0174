import type { limitWords as english } from '../en/limits.ts';
import { formatsOf } from '../formats/formats.ts';
import { timeLeftOf } from '../formats/time-left.ts';

const { number, percent, clock, day, dayAndClock } = formatsOf('de');
const left = timeLeftOf('de', { day: { one: 'Tag', other: 'Tage' }, hour: 'Std.', minute: 'Min.', second: 'Sek.' });

/** A time of day, with its date where that is more than 20 hours away. */
const when = (at: number, now: number): string => `${at - now > 20 * 3_600_000 ? dayAndClock(at) : clock(at)} Uhr`;
const on = (at: number, now: number): string => `${at - now > 20 * 3_600_000 ? 'am' : 'um'} ${when(at, now)}`;

const windows: Record<string, string> = {
  five_hour: '5-Stunden-Fenster',
  seven_day: 'Woche',
  seven_day_opus: 'Woche, Opus',
  seven_day_sonnet: 'Woche, Sonnet',
  seven_day_overage_included: 'Woche, mit Zusatznutzung',
  overage: 'Zusatznutzung',
};

const reasons: Record<string, string> = {
  overage_not_provisioned:
    'Für Ihr Abo ist keine Zusatznutzung eingerichtet. Einschalten lässt sie sich in den Einstellungen von Claude.',
  org_level_disabled: 'Ihre Organisation hat die Zusatznutzung abgeschaltet.',
  org_level_disabled_until: 'Ihre Organisation hat ihr Ausgabenlimit für die Zusatznutzung vorerst erreicht.',
  out_of_credits: 'Das Guthaben für die Zusatznutzung ist aufgebraucht.',
  seat_tier_level_disabled: 'Ihre Art von Lizenz hat keine Zusatznutzung.',
  seat_tier_zero_credit_limit: 'Für Ihre Art von Lizenz steht die Zusatznutzung auf null.',
  member_level_disabled: 'Die Verwaltung Ihrer Organisation hat die Zusatznutzung für Sie abgeschaltet.',
  member_zero_credit_limit: 'Ihr eigener Anteil an der Zusatznutzung steht auf null.',
  group_zero_credit_limit: 'Für Ihre Gruppe steht die Zusatznutzung auf null.',
  org_service_level_disabled: 'Ihre Organisation hat die Zusatznutzung für diesen Dienst abgeschaltet.',
  org_service_zero_credit_limit: 'Für diesen Dienst hat Ihre Organisation die Zusatznutzung auf null gesetzt.',
  no_limits_configured: 'Für die Zusatznutzung ist kein Ausgabenlimit gesetzt, darum gibt es keine.',
  fetch_error: 'Claude konnte nicht feststellen, ob Sie Zusatznutzung haben.',
  unknown: 'Claude sagt nicht, warum es keine Zusatznutzung gibt.',
};

export const limitWords: typeof english = {
  limit: {
    expires: (at) => `Dieses Projekt wird am ${day(at)} gelöscht, außer Sie benutzen es oder melden sich an.`,
    expiresWhy:
      'Projekte ohne Konto bleiben, solange jemand an ihnen arbeitet. Eine Anfrage oder eine Änderung genügt; mit einem Konto bleiben sie für immer.',
    expiresSignIn: 'Anmelden',
    windows,
    window: (name) => windows[name] ?? name,
    plan: 'Claude-Abo',
    used: (share) => `${percent(share)} verbraucht`,
    near: 'nahe am Limit',
    reached: 'Limit erreicht',
    busy: 'die Server von Claude weisen Anfragen ab',
    usedUp: 'aufgebraucht',
    billed: 'Zusatznutzung wird berechnet',
    says: (word) => `Claude sagt „${word}“`,
    resets: (at, now) => `neu ab ${when(at, now)}`,
    left: (ms) => `noch\u00a0${left(ms)}`,
    meter: (name) => `Verbrauch: ${name}`,
    passed: (name, share) => `Claude, ${name}: ${percent(share)} sind verbraucht.`,
    passedResets: (at, now) => `Neu ab ${when(at, now)}.`,
    heading: 'Nutzungslimit erreicht',
    opened: 'Das Limit ist vorbei',
    openedSay: 'Das Nutzungslimit von Claude ist vorbei. Es kann weitergehen.',
    resetsSay: (at, now) => `Neu ab ${when(at, now)}`,
    elsewhere: 'Ihr Claude ist am Limit. Erreicht wurde es in einem anderen Projekt oder auf einem anderen Gerät.',
    shared: 'Am Limit ist der Schlüssel von Redraw selbst, kein Claude von Ihnen.',
    sharedNot: 'Dieser Schritt wurde nicht gezählt.',
    connect: 'Eigenes Claude verbinden',
    connectLead: 'Mit einem eigenen Claude geht es sofort weiter.',
    kept: 'Was schon geschrieben war, bleibt.',
    continue: 'Weiter, wo es aufgehört hat',
    continuePrompt: 'Mach weiter, wo du aufgehört hast.',
    retry: 'Wiederholen',
    locked: 'gesperrt, bis das Limit vorbei ist',
    tryAnyway: 'Trotzdem versuchen',
    remind: 'Erinnern',
    reminded: (at, now) => `Sie werden ${on(at, now)} erinnert, solange eine Seite von Redraw offen ist.`,
    remindedHere: (at, now) =>
      `Dieser Browser lässt die Seite keine Nachrichten senden: Sie sagt es ${on(at, now)} hier auf der Seite.`,
    unremind: 'Nicht erinnern',
    startThen: (at, now) => `Starten ${on(at, now)}`,
    startSet: (at, now) => `Geht ${on(at, now)} von selbst weiter, auch wenn keine Seite offen ist.`,
    model: 'Anderes Modell nehmen',
    modelLead: (name) => `Nur die ${name}-Modelle sind am Limit. Die anderen Ihres Abos sind offen.`,
    modelOpen: 'Das Modell, das Sie gewählt haben, ist offen: Es kann weitergehen.',
    notSent: (at, now) => `Nicht gesendet: Ihr Claude ist am Limit, neu ab ${when(at, now)}`,
    notSentOpen: 'Nicht gesendet: Ihr Claude war am Limit. Das ist vorbei, senden Sie noch einmal.',
    extraStates: {
      allowed: 'Zusatznutzung springt ein, wenn das Abo aufgebraucht ist.',
      allowed_warning: 'Zusatznutzung springt ein, wenn das Abo aufgebraucht ist, und ist selbst nahe am Limit.',
      rejected: 'Es gibt keine Zusatznutzung.',
    },
    extraSays: (word) => `Zur Zusatznutzung sagt Claude „${word}“.`,
    extraBilled: 'Zusatznutzung wird jetzt neben dem Abo berechnet.',
    reasons,
    reason: (word) => reasons[word] ?? `Es gibt keine Zusatznutzung. Claude nennt als Grund „${word}“.`,
    rest: 'Alles, was Claude gesagt hat',
    retrying: (attempt, max) => `Anfrage wird wiederholt, Versuch ${number(attempt)}/${number(max)}`,
    retryReason: (status, type) =>
      [status === null ? 'Verbindung abgerissen' : `Status ${status}`, type].filter(Boolean).join(', '),
    retryIn: (ms) => `nächster Versuch in ${left(ms)}`,
    starts: (at, now) => `Startet ${on(at, now)}, noch ${left(at - now)}`,
    startField: 'Start',
    startHint: 'Leer: sobald er an der Reihe ist.',
  },
  demoLimits: {
    open: 'Limits zeigen',
    what: 'Sehen, was Claude zu Limits sagt',
    passing: 'Vorübergehend',
    warnings: 'Nahe am Limit',
    own: 'Am Limit, im eigenen Abo',
    shared: 'Am Limit, mit dem Schlüssel dieser Seite',
    scenes: {
      overloaded: 'Claude ist überlastet',
      broken_line: 'Die Leitung reißt ab',
      busy: 'Zu viele Anfragen',
      warning_five_hour: '5-Stunden-Fenster fast voll',
      warning_week: 'Woche fast voll',
      warning_extra_usage: 'Zusatznutzung fast voll',
      extra_usage: 'Zusatznutzung wird berechnet',
      limit_five_hour: '5-Stunden-Fenster voll',
      limit_week: 'Woche voll',
      limit_week_opus: 'Woche voll, nur Opus',
      out_of_credits: 'Zusatznutzung ohne Guthaben',
      no_credit: 'Kein Guthaben mehr',
    },
  },
};
