import type { Conversation } from './conversation.ts';
import type { Wishes } from './wishes.ts';

export const introduction =
  'This is the demo model: a script that stands in for Claude, and knows a timer, a habit tracker, a landing page, a drawing pad, a quiz and a board.';

/** A note, once per conversation, that the answers come from a scripted model. */
export function sayHello({ said }: Conversation): string {
  return said.includes('demo model') ? '' : introduction;
}

export const sayNotUnderstood =
  'The demo model cannot do that. It can change the colour (“make it green”), the title (“call it Ebb”), go dark or light, and add a field to a form; or ask for another of its apps. With an API key set, Claude takes over and does the rest.';

export function sayUnable(reason: string): string {
  return `${reason} The demo model is a script and cannot find its own way from here; Claude could.`;
}

/** Summarises the changes. */
export function sayGranted({ dark, colour, title, field }: Wishes): string {
  const parts = [
    ...(title === undefined ? [] : [`it is called ${title}`]),
    ...(colour === undefined ? [] : [`it is ${colour}`]),
    ...(dark === undefined ? [] : [`it is ${dark ? 'dark' : 'light'}`]),
    ...(field === undefined ? [] : [`its form asks for “${field}”`]),
  ];
  const text = parts.join(', and ');
  return text === '' ? '' : `Now ${text}.`;
}

/** The preview's report in one sentence. */
export function sayChecked(report: string): string {
  if (/\bno (?:problems|errors)\b/i.test(report)) {
    return 'I have checked the preview: the app loads, and the browser reports no errors.';
  }
  if (/\bnobody\b|\bno browser\b/i.test(report)) {
    return 'No browser had the preview open, so nobody has seen it run yet.';
  }
  if (/\bnot report\b|\bin time\b/i.test(report)) {
    return 'The preview did not answer in time, so I cannot say whether it works.';
  }
  const problem = (/^- (.+)$/m.exec(report)?.[1] ?? report.split('\n')[0] ?? '').slice(0, 300);
  return `The preview reports a problem: ${problem} I cannot repair it, being a script. Undo brings the last version back.`;
}
