import type { OutboundHandler } from '@cloudflare/containers';

/** Settings of the containers' Worker. */
export interface ContainerEnv {
  /** The operator's own npm registry, in place of npm's. */
  NPM_REGISTRY?: string;
  /** Seconds without a command, a request or a start until the container sleeps. */
  SANDBOX_SLEEP_SECONDS?: string;
}

/** Headers that a package manager needs. All others are dropped, credentials among them. */
const forwardedHeaders = ['accept', 'accept-encoding', 'if-modified-since', 'if-none-match', 'range', 'user-agent'];

/** Forwards GET and HEAD only, without body and most headers: nothing but the URL could carry a secret out. */
async function forwardRead(request: Request, upstream: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return new Response('Package registries are for reading here.\n', { status: 405, headers: { Allow: 'GET, HEAD' } });
  const { pathname, search } = new URL(request.url);
  const headers = new Headers();
  for (const name of forwardedHeaders) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  // The container follows redirects itself, so that they are subject to its allowed hosts.
  return fetch(`${upstream.replace(/\/$/, '')}${pathname}${search}`, {
    method: request.method,
    headers,
    redirect: 'manual',
  });
}

const npmRegistry: OutboundHandler<ContainerEnv> = (request, env) =>
  forwardRead(request, env.NPM_REGISTRY ?? 'https://registry.npmjs.org');

const requestedHost: OutboundHandler<ContainerEnv> = (request) =>
  forwardRead(request, `https://${new URL(request.url).hostname}`);

/** The package registries, which every project may reach. */
export const registries: Record<string, OutboundHandler<ContainerEnv>> = {
  'registry.npmjs.org': npmRegistry,
  'pypi.org': requestedHost,
  'files.pythonhosted.org': requestedHost,
};
