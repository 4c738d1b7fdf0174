import { expect, test } from 'vitest';
import { DocumentRevision } from '../../../web/bridge/document-revision.ts';

test('a document takes on a newer revision once the update is applied, one after the other', async () => {
  const revision = new DocumentRevision(1);
  const second = Promise.withResolvers<boolean>();
  const applied: number[] = [];
  const toTwo = revision.advance(1, 2, () => second.promise);
  const toThree = revision.advance(2, 3, async () => applied.push(3) > 0);
  await null;
  expect([revision.current, applied]).toEqual([1, []]);
  second.resolve(true);
  expect([await toTwo, await toThree, revision.current, applied]).toEqual([true, true, 3, [3]]);
});

test('an update that starts from a newer revision, or from none, or fails, leaves the document as it is', async () => {
  const revision = new DocumentRevision(1);
  const never = () => Promise.reject(new Error('Applied all the same.'));
  expect(await revision.advance(2, 3, never)).toBe(false);
  expect(await revision.advance(undefined as unknown as number, 2, never)).toBe(false);
  expect(await revision.advance(1, 2, async () => false)).toBe(false);
  expect(revision.current).toBe(1);
  expect(await revision.advance(1, 2, async () => true)).toBe(true);
});

test('a document that is as new already is not updated', async () => {
  const revision = new DocumentRevision(3);
  expect(await revision.advance(1, 2, () => Promise.reject(new Error('Applied all the same.')))).toBe(true);
  expect(revision.current).toBe(3);
});
