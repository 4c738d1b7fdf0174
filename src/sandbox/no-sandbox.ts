import type { Sandbox } from './sandbox-interface.ts';

/** Thrown by operations that need a container where none can run. */
class NoSandboxError extends Error {
  override readonly name = 'NoSandboxError';
}

/** The sandbox driver for a deployment without containers. @param why the reason in a sentence, for people */
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
