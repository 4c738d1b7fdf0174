/** `fetch` over a connection of its own: a server closes a kept one once it was idle for long, on a busy machine just when the next call is sent. */
export function fetchOnce(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Connection', 'close');
  return fetch(url, { ...init, headers });
}
