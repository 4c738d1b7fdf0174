import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { reduceAll } from '../../../web/project/reduce.ts';
import { changesBetween } from '../../../web/project/revision-changes.ts';
import { numbered } from './generated-log.ts';

const file = (path: string, from?: string): Draft => ({
  type: 'file',
  data: {
    turn: 't',
    path,
    change: from === undefined ? 'written' : 'renamed',
    bytes: 1,
    hash: 'h',
    ...(from !== undefined && { from }),
  },
});
const reload = (revision: number, hot?: boolean): Draft => ({
  type: 'preview',
  data: { revision, state: 'reload', ...(hot !== undefined && { hot }) },
});
const viewOf = (...drafts: Draft[]) => reduceAll(numbered(drafts));

describe('the changes between two revisions', () => {
  it('are hot where the app’s own server brings all of them', () => {
    const view = viewOf(file('a.ts'), reload(1, true), reload(2, true));
    expect(changesBetween(view, 0, 2)).toEqual({ paths: ['a.ts'], hot: true });
    // Nothing is known of what the second changed, and nothing needs to be.
    expect(changesBetween(view, 1, 2)).toEqual({ paths: [], hot: true });
  });

  it('are not hot where one of them is not', () => {
    const view = viewOf(file('a.ts'), reload(1, true), file('b.css'), reload(2));
    expect(changesBetween(view, 0, 2)).toEqual({ paths: ['a.ts', 'b.css'], hot: false });
    expect(changesBetween(viewOf(reload(1, true), file('b.css'), reload(2)), 0, 2)).toBeNull();
  });

  it('are unknown where the server began anew', () => {
    expect(changesBetween(viewOf(file('a.ts'), reload(1, false)), 0, 1)).toBeNull();
  });

  it('have both paths of a renamed file', () => {
    expect(changesBetween(viewOf(file('b.css', 'a.css'), reload(1)), 0, 1)).toEqual({
      paths: ['a.css', 'b.css'],
      hot: false,
    });
  });

  it('are none between a revision and itself', () => {
    expect(changesBetween(viewOf(file('a.css'), reload(1)), 1, 1)).toEqual({ paths: [], hot: true });
  });

  it('are remembered for the fifty newest revisions', () => {
    const view = viewOf(...Array.from({ length: 60 }, (_, n) => [file(`${n + 1}.css`), reload(n + 1)]).flat());
    expect(view.preview.changes).toHaveLength(50);
    expect(changesBetween(view, 10, 60)?.paths).toHaveLength(50);
    expect(changesBetween(view, 9, 60)).toBeNull();
  });
});
