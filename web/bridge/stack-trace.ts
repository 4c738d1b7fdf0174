import type { SourceSpot } from '../../src/protocol/requests.ts';

/** Workspace path of a script's URL; null if it is not the app's own source. */
function sourceFile(url: string): string | null {
  if (!url.startsWith(`${location.origin}/`)) return null;
  const path = decodeURIComponent(new URL(url).pathname).slice(1);
  if (path.startsWith('_redraw/')) return null;
  // Inline scripts have the page's address, whatever its route is.
  return /\.[a-z]+$/i.test(path) ? path : 'index.html';
}

interface Frame {
  text: string;
  spot: SourceSpot;
}

/** The stack frames in the app's own files. The server preserves line numbers, so they are those of the source. */
function ownFrames(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split('\n').slice(0, 100)) {
    const match = /^\s*(?:at (?:(.*?) \()?|(.*?)@)(https?:\/\/[^\s()]+?):(\d+)(?::\d+)?\)?$/.exec(line);
    const file = match?.[3] === undefined ? null : sourceFile(match[3]);
    if (!match || file === null) continue;
    const name = match[1] || match[2];
    const at = `${file}:${match[4]}`;
    frames.push({ text: name ? `${name} (${at})` : at, spot: { file, line: Number(match[4]) } });
  }
  return frames;
}

/** The place of an error, and the app's own stack frames, newest first. */
export interface Trace {
  spot?: SourceSpot;
  stack?: string;
}

export function traceOf(stack: unknown): Trace {
  const frames = typeof stack === 'string' ? ownFrames(stack) : [];
  const [first] = frames;
  return first ? { spot: first.spot, stack: frames.map((frame) => frame.text).join('\n') } : {};
}

/** The place that an `error` event names, if it is in the app's own source. */
export function spotOfEvent(event: ErrorEvent): SourceSpot | undefined {
  const file = event.filename ? sourceFile(event.filename) : null;
  return file === null ? undefined : { file, ...(event.lineno > 0 ? { line: event.lineno } : {}) };
}
