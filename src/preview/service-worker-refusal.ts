/** Answer to a preview's request for a service worker's script. */
const refusal = { status: 403, sentence: 'A preview has no service worker.' } as const;

/**
 * Refuses a service worker: it would outlive its app on the preview's host, and answer for the versions that come after it.
 * Browsers ask for its script with `Service-Worker: script` (Service Workers, section "Update") and `Sec-Fetch-Dest: serviceworker`.
 *
 * @param header a request header by its lower-case name; null or undefined where it is absent
 * @returns the answer, or null where the request is for something else
 */
export function refuseServiceWorker(
  header: (name: 'service-worker' | 'sec-fetch-dest') => string | null | undefined,
): { status: number; sentence: string } | null {
  const isServiceWorker = (header('service-worker') ?? null) !== null || header('sec-fetch-dest') === 'serviceworker';
  return isServiceWorker ? refusal : null;
}
