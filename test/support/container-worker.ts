import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { type LocalContainers, removeContainers } from '../../scripts/containers/local.ts';
import { containerEngine, sandboxWorker } from '../../scripts/containers/sandbox-worker.ts';
import type { ContainerCalls } from '../../src/sandbox/container-rpc.ts';
import { containerSandbox } from '../../src/sandbox/container-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox-interface.ts';

/** The containers' Worker alone on workerd, without the rest of Redraw. */
export interface ContainerWorker {
  /** The RPC interface of one container. */
  calls(name: string): ContainerCalls;
  /** A new sandbox driver for a container, without any memory of it. */
  sandbox(name: string): Sandbox;
  close(): Promise<void>;
}

/**
 * @param vars variables of the containers' Worker
 * @param network answers requests in place of the internet
 */
export async function startContainerWorker(
  containers: LocalContainers,
  vars: Record<string, string> = {},
  network?: (request: Request) => Promise<Response>,
): Promise<ContainerWorker> {
  const state = mkdtempSync(join(tmpdir(), 'redraw-stand-'));
  const options = convertV4MiniflareOptions({
    port: 0,
    resourcePersistencePath: state,
    log: new Log(LogLevel.WARN),
    containerEngine: containerEngine(containers),
    workers: [{ ...sandboxWorker(containers, vars), ...(network ? { outboundService: network } : {}) }],
  });
  const miniflare = new Miniflare({ ...options, cf: false, enableDevRegistry: false });
  const namespace: { getByName(name: string): ContainerCalls } = (await miniflare.getDurableObjectNamespace(
    'SANDBOX',
  )) as never;
  const calls = (name: string): ContainerCalls => namespace.getByName(name);
  return {
    calls,
    sandbox: (name) => {
      let filled: string | null = null;
      return containerSandbox(() => calls(name), {
        get: () => filled,
        set: (boot) => {
          filled = boot;
        },
      });
    },
    close: async () => {
      await miniflare.dispose();
      await removeContainers(containers, state);
      rmSync(state, { recursive: true, force: true });
    },
  };
}
