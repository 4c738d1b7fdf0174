/** Attempts of a call to another object, which may be restarting. */
const maxAttempts = 3;

/** Repeats an idempotent call of another object. @param send is to take a new stub each time @throws what the last attempt threw */
export async function withAttempts<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt >= maxAttempts) throw error;
    }
  }
}
