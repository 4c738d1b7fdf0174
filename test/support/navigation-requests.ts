import { type IncomingHttpHeaders, request } from 'node:http';

/** Sends a request with exactly these headers: Node's `fetch` adds some, `Sec-Fetch-Mode` among them. */
export function sendExactly(
  url: string,
  headers: Record<string, string>,
  { method = 'GET', body = '' } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    })
      .on('error', reject)
      .end(body);
  });
}

/** Requests a page as a browser does that another site has navigated to it. */
export function navigateFromOtherSite(url: string, cookie: string | null) {
  const site = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
  return sendExactly(url, { ...site, ...(cookie === null ? {} : { Cookie: cookie }) });
}
