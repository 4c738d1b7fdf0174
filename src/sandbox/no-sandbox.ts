import type { Sandbox } from './sandbox-port.ts';

/** Thrown where something is asked of a sandbox that cannot run anything. */
export class NoSandboxError extends Error {
  override readonly name = 'NoSandboxError';
}

/** The driver for where no container can run. @param why in a sentence, for people */
export function noSandbox(why: string): Sandbox {
  const refuse = (): never => {
    throw new NoSandboxError(why);
  };
  return {
    capabilities: { commands: false, why },
    // biome-ignore lint/correctness/useYield: there is nothing to say.
    exec: async function* () {
      refuse();
    },
    processes: {
      start: async () => refuse(),
      logs: async () => '',
      isRunning: async () => false,
      stop: async () => false,
    },
    files: {
      fill: async () => refuse(),
      collect: async () => refuse(),
      markAccepted: () => undefined,
      invalidate: () => undefined,
    },
    port: () => ({ fetch: async () => new Response(`${why}\n`, { status: 503 }) }),
    allow: async () => refuse(),
    isAwake: async () => false,
    destroy: async () => undefined,
  };
}
