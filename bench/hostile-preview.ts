import { previewAnswer } from '../test/support/preview-request.ts';
import { Visitor } from '../test/support/visitor.ts';
import type { Part } from './support/part.ts';
import { row } from './support/report.ts';
import { median } from './support/statistics.ts';

/** Requests that come in one instant, each for a file of its own, and the characters of each file. */
const hostileRequests = 100;
const chars = 100_000;

/** Requests of the other visitor before them. */
const quietRequests = 20;

/** What hurts a careless reader, by the ending of its file, and the query under which the file is asked for. */
const hostileFiles: readonly (readonly [ending: string, piece: string, query: string])[] = [
  ['.html', '<a b="', ''],
  ['.tsx', '(a,', ''],
  ['.js', "import.meta.glob('./**/*/**/*/**/x');", ''],
  ['.css', '@import "x" supports(', ''],
  ['.module.css', '.a{composes:b c}', '?import'],
];

/** A new project of a new visitor with these files. @returns the address of its preview */
async function projectOf(url: string, files: readonly (readonly [path: string, text: string])[]): Promise<string> {
  const visitor = new Visitor(url);
  const { session, previewUrl } = await visitor.json<{ session: string; previewUrl: string }>(
    'POST',
    '/api/sessions',
    {},
  );
  const encoder = new TextEncoder();
  for (const [path, text] of files)
    await visitor.json('PUT', `/api/sessions/${session}/files/${path}`, encoder.encode(text));
  return previewUrl;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** One visitor's preview beside another's, whose files are built to hurt. Client and Redraw share this machine. */
export const hostilePreview: Part = {
  name: 'hostile-preview',
  async run(scope) {
    const { url } = (await scope.stand()).redraw;
    const quiet = await projectOf(url, [
      ['index.html', '<!doctype html><script type="module" src="/src/main.tsx"></script>'],
      ['src/main.tsx', 'document.body.append("Hello");'],
    ]);
    const ask = () => timed(() => previewAnswer(quiet, '/'));
    const seen = { alone: [], beside: [], slowest: [], ratio: [], slowestRatio: [], allDone: [] } as Record<
      'alone' | 'beside' | 'slowest' | 'ratio' | 'slowestRatio' | 'allDone',
      number[]
    >;
    await scope.repeat({ least: 1, most: 4 }, async (at) => {
      const files = Array.from({ length: hostileRequests }, (_, index) => {
        const [ending, piece, query] = hostileFiles[index % hostileFiles.length] ?? ['', '', ''];
        // No two are alike: nothing of them has been kept.
        const text = piece.repeat(chars / piece.length) + ' '.repeat(at * hostileRequests + index);
        return { path: `f${index}${ending}`, text, query };
      });
      const hostile = await projectOf(
        url,
        files.map(({ path, text }) => [path, text] as const),
      );
      const alone: number[] = [];
      for (let count = 0; count < quietRequests; count++) alone.push(await ask());
      let isDone = false;
      const allDone = timed(() =>
        Promise.all(files.map(({ path, query }) => previewAnswer(hostile, `/${path}${query}`))),
      ).finally(() => {
        isDone = true;
      });
      const beside: number[] = [];
      while (!isDone) {
        scope.signal.throwIfAborted();
        beside.push(await ask());
      }
      const usual = median(alone);
      seen.alone.push(usual);
      seen.beside.push(median(beside));
      seen.slowest.push(Math.max(...beside));
      seen.ratio.push(median(beside) / usual);
      seen.slowestRatio.push(Math.max(...beside) / usual);
      seen.allDone.push(await allDone);
    });
    const beside = `beside ${hostileRequests} hostile requests of another visitor`;
    return [
      row('hostile-preview.alone', 'page of a preview, alone', 'ms', seen.alone),
      row('hostile-preview.beside', `page of a preview, ${beside}`, 'ms', seen.beside),
      row('hostile-preview.slowest', `slowest page of a preview, ${beside}`, 'ms', seen.slowest),
      row('hostile-preview.ratio', `page of a preview, ${beside}, times alone`, 'x', seen.ratio),
      row('hostile-preview.slowest-ratio', 'the slowest of them, times alone', 'x', seen.slowestRatio),
      row(
        'hostile-preview.all-done',
        `${hostileRequests} hostile requests, until the last is answered`,
        'ms',
        seen.allDone,
      ),
    ];
  },
};
