/** Languages with a catalogue. */
export const languages = ['en', 'de', 'fr'] as const;
export type Language = (typeof languages)[number];

/** The forms of a word by the plural categories of CLDR. A category that a language does not distinguish falls back to `other`. */
export type PluralForms = { other: string } & { [C in Intl.LDMLPluralRule]?: string };

/** How one language writes numbers, times, sizes and lists. */
export type Formats = ReturnType<typeof makeFormats>;

const made = new Map<Language, Formats>();

export function formatsOf(language: Language): Formats {
  const formats = made.get(language) ?? makeFormats(language);
  made.set(language, formats);
  return formats;
}

/** Creates a formatter on its first use: each constructor of `Intl` takes a browser a millisecond or more. */
function lazy<T>(make: () => T): () => T {
  let one: T | undefined;
  return () => {
    one ??= make();
    return one;
  };
}

function makeFormats(language: Language) {
  const number = (options?: Intl.NumberFormatOptions) => lazy(() => new Intl.NumberFormat(language, options));
  const unit = (name: string, digits = 0) =>
    number({ style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits });
  const date = (options: Intl.DateTimeFormatOptions) => lazy(() => new Intl.DateTimeFormat(language, options));
  const list = (type: Intl.ListFormatType) => lazy(() => new Intl.ListFormat(language, { type }));
  const dollars = (digits: number) =>
    number({
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    });
  const clockParts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const dayParts = { day: 'numeric', month: 'short' } as const;
  const rules = lazy(() => new Intl.PluralRules(language));
  const numbers = number();
  const micros = number({ maximumFractionDigits: 6 });
  const clock = date(clockParts);
  const day = date(dayParts);
  const dayAndClock = date({ ...dayParts, ...clockParts });
  const percent = number({ style: 'percent', maximumFractionDigits: 0 });
  const second = unit('second');
  const tenths = unit('second', 1);
  const minute = unit('minute');
  const hour = unit('hour');
  const byte = number({ style: 'unit', unit: 'byte', unitDisplay: 'long' });
  const sizes = [byte, unit('kilobyte', 1), unit('megabyte', 1)] as const;
  const cents = dollars(2);
  const mills = dollars(3);
  const all = list('conjunction');
  const either = list('disjunction');

  return {
    number: (value: number) => numbers().format(value),
    /** With all of six places. */
    precise: (value: number) => micros().format(value),
    /** A count with its word in the right plural form. */
    plural: (count: number, forms: PluralForms) =>
      `${numbers().format(count)} ${forms[rules().select(count)] ?? forms.other}`,
    /** `share` as a fraction. */
    percent: (share: number) => percent().format(share),
    /** A time of day. `at` is UNIX milliseconds, here and below. */
    clock: (at: number) => clock().format(at),
    day: (at: number) => day().format(at),
    dayAndClock: (at: number) => dayAndClock().format(at),
    /** A duration of so many milliseconds, rounded up to a whole second. */
    duration: (ms: number) => {
      const seconds = Math.max(0, Math.ceil(ms / 1000));
      if (seconds < 60) return second().format(seconds);
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return `${minute().format(minutes)} ${second().format(seconds % 60)}`;
      return `${hour().format(Math.floor(minutes / 60))} ${minute().format(minutes % 60)}`;
    },
    /** A duration of so many seconds, to a tenth. */
    seconds: (value: number) => tenths().format(value),
    bytes: (bytes: number) =>
      bytes < 1000
        ? sizes[0]().format(bytes)
        : bytes < 1e6
          ? sizes[1]().format(bytes / 1000)
          : sizes[2]().format(bytes / 1e6),
    /** Dollars; tenths of a cent show below ten cents. */
    usd: (usd: number) => (usd < 0.1 ? mills : cents)().format(usd),
    /** “A, B, and C” */
    and: (items: readonly string[]) => all().format(items),
    /** “A, B, or C” */
    or: (items: readonly string[]) => either().format(items),
  };
}
