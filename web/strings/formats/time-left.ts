import { formatsOf, type Language, type PluralForms } from './formats.ts';

export interface TimeWords {
  day: PluralForms;
  hour: string;
  minute: string;
  second: string;
}

/** Seconds are shown below this number of minutes. */
const SHORT_MIN = 10;

const NBSP = '\u00a0';

/** Formats the time until an event: takes milliseconds, returns `3 days 4 h`, `4 h 32 min`, `4 min 12 s` or `42 s`. */
export function timeLeftOf(language: Language, { day, hour, minute, second }: TimeWords): (ms: number) => string {
  const { number, plural } = formatsOf(language);
  const part = (count: number, unit: string) => number(count) + NBSP + unit;
  return (ms) => {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    if (seconds < 60) return part(seconds, second);
    const minutes = Math.floor(seconds / 60);
    if (minutes < SHORT_MIN) return part(minutes, minute) + NBSP + part(seconds % 60, second);
    if (minutes < 60) return part(minutes, minute);
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return part(hours, hour) + NBSP + part(minutes % 60, minute);
    return plural(Math.floor(hours / 24), day) + NBSP + part(hours % 24, hour);
  };
}
