/**
 * Debounces values and sends only the latest, one call at a time, never the same value twice in a row.
 *
 * @param send a value whose call rejects counts as not sent
 * @param delayMs debounce time after the first value, in milliseconds
 * @returns offers a value
 */
export function sendLatest<T>(send: (value: T) => Promise<void>, delayMs: number): (value: T) => void {
  let waiting: { value: T; key: string } | null = null;
  let sentKey: string | null = null;
  let busy = false;

  async function run(): Promise<void> {
    busy = true;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    while (waiting) {
      const { value, key } = waiting;
      waiting = null;
      if (key === sentKey) continue;
      try {
        await send(value);
        sentKey = key;
      } catch {
        sentKey = null;
      }
    }
    busy = false;
  }

  return (value) => {
    waiting = { value, key: JSON.stringify(value) };
    if (!busy) void run();
  };
}
