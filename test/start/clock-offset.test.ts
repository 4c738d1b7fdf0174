import { describe, expect, it } from 'vitest';
import { offsetClock } from '../../src/async/offset-clock.ts';
import { readSettings, SettingsError } from '../../src/settings.ts';

const local = {
  PREVIEW_HOST: 'localhost:8787',
  SESSION_SECRET: 's'.repeat(32),
  VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
};

describe('CLOCK_OFFSET_MS', () => {
  it('leaves the clock alone where it is not set', () => {
    expect(readSettings(local).clockOffsetMs).toBe(0);
  });

  it('moves the clock forward and back, by years', () => {
    for (const ms of [15_552_000_001, -86_400_000]) {
      const now = offsetClock(readSettings({ ...local, CLOCK_OFFSET_MS: String(ms) }));
      const [before, moved, after] = [Date.now(), now(), Date.now()];
      expect(moved).toBeGreaterThanOrEqual(before + ms);
      expect(moved).toBeLessThanOrEqual(after + ms);
    }
  });

  it.each(['soon', '1.5', '+5', '1e9', '9'.repeat(13)])('refuses %s', (value) => {
    expect(() => readSettings({ ...local, CLOCK_OFFSET_MS: value })).toThrow(SettingsError);
  });

  it.each(['previews.example', 'localhost.example', 'notlocalhost', 'localhost.'])(
    'is refused where previews live on %s',
    (host) => {
      const env = { ...local, PREVIEW_HOST: host, CLOCK_OFFSET_MS: '1' };
      expect(() => readSettings(env)).toThrow(/CLOCK_OFFSET_MS .* PREVIEW_HOST/);
      expect(readSettings({ ...env, CLOCK_OFFSET_MS: '0' }).clockOffsetMs).toBe(0);
    },
  );

  it.each(['localhost', 'localhost:80', 'previews.localhost:8787'])('is taken where previews live on %s', (host) => {
    expect(readSettings({ ...local, PREVIEW_HOST: host, CLOCK_OFFSET_MS: '1' }).clockOffsetMs).toBe(1);
  });
});
