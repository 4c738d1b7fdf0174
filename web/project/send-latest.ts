/**
 * Sends the latest of many values: a little later, one at a time, and none twice in a row.
 *
 * @param send rejects when it failed; the value then counts as not sent
 * @param delayMs how long to wait for a newer value
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
