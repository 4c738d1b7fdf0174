import { join } from 'node:path';
import { unstable_readConfig } from 'wrangler';
import { type LocalContainers, sandboxClass, sandboxScript } from './local.ts';

const root = join(import.meta.dirname, '../..');

/** Miniflare options of the containers' Worker, which is bundled already. */
export function sandboxWorker(containers: LocalContainers, env: Record<string, string | undefined>) {
  const config = unstable_readConfig({ config: `${root}/container/wrangler.toml` });
  const vars: Record<string, string> = { SANDBOX_LOG_LEVEL: 'error' };
  for (const name of ['NPM_REGISTRY', 'SANDBOX_SLEEP_SECONDS']) {
    const value = env[name];
    if (value !== undefined) vars[name] = value;
  }
  return {
    name: sandboxScript,
    ...(config.compatibility_date === undefined ? {} : { compatibilityDate: config.compatibility_date }),
    compatibilityFlags: config.compatibility_flags,
    bindings: vars,
    modules: [{ type: 'ESModule' as const, path: `${root}/dist/sandbox/index.js` }],
    durableObjects: {
      SANDBOX: { className: sandboxClass, useSQLite: true, container: { imageName: containers.image } },
    },
  };
}

/** Miniflare option that names the Docker engine. */
export function containerEngine({ socket, egressImage }: LocalContainers) {
  return { localDocker: { socketPath: socket, containerEgressInterceptorImage: egressImage } };
}

/** The main Worker's binding to it. */
export const sandboxBinding = { SANDBOX: { className: sandboxClass, scriptName: sandboxScript, useSQLite: true } };
