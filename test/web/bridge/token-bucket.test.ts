import { describe, expect, test } from 'vitest';
import { createTokenBucket, type TokenBucket } from '../../../web/bridge/token-bucket.ts';

const burst = 60;
const perSecond = 20;

/** A bucket with a clock that is moved by hand, in milliseconds. */
function bucketAt(start = 12_345): { bucket: TokenBucket; pass(ms: number): void } {
  let at = start;
  const bucket = createTokenBucket(burst, perSecond, () => at);
  return {
    bucket,
    pass(ms) {
      at += ms;
    },
  };
}

/** How many of so many tries pass without the clock moving. */
function taken(bucket: TokenBucket, tries: number): number {
  let count = 0;
  for (let at = 0; at < tries; at++) if (bucket.take()) count += 1;
  return count;
}

describe('a bucket', () => {
  test('lets its burst through at once, and nothing more while no time passes', () => {
    const { bucket } = bucketAt();
    expect(taken(bucket, 10_000)).toBe(burst);
  });

  test('lets its rate through for long, however often it is asked', () => {
    const { bucket, pass } = bucketAt();
    let count = taken(bucket, 1_000);
    // 64 times a second, for a minute: of each step a fraction of one is left over, and kept.
    for (let step = 0; step < 64 * 60; step++) {
      pass(1000 / 64);
      count += taken(bucket, 50);
    }
    expect(count).toBe(burst + 60 * perSecond);
  });

  test('saves up no more than its burst', () => {
    const { bucket, pass } = bucketAt();
    taken(bucket, 1_000);
    pass(3_600_000);
    expect(taken(bucket, 10_000)).toBe(burst);
  });

  test('fills while it refuses', () => {
    const { bucket, pass } = bucketAt();
    taken(bucket, burst);
    expect(taken(bucket, 3)).toBe(0);
    pass(1000 / perSecond - 1);
    expect(taken(bucket, 3)).toBe(0);
    pass(1);
    expect(taken(bucket, 3)).toBe(1);
  });
});
