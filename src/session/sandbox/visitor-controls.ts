import { ProblemError } from '../../protocol/problems.ts';
import type { EventLog } from '../events/event-log.ts';
import type { SandboxManager } from './sandbox-manager.ts';

/** The visitor's controls of the project's container: its command, its network, its server. */
export interface VisitorControlsDeps {
  sandbox: SandboxManager;
  log: Pick<EventLog, 'emit'>;
  preview: {
    /** Changes the source of the preview: then the page loads a new document. */
    replaceSource<T>(change: () => Promise<T>): Promise<T>;
  };
}

/** Stops the running command; the turn continues. @throws ProblemError `not_found` where no command runs */
export function stopCommand({ sandbox }: Pick<VisitorControlsDeps, 'sandbox'>): void {
  if (!sandbox.stopCommand()) throw new ProblemError('not_found', 'No command is running.', { reason: 'command' });
}

/**
 * Allows the container to reach exactly these hosts, and the package registries.
 *
 * @throws ProblemError `not_found` where there is no container
 */
export async function allowHosts(
  { sandbox, log }: Pick<VisitorControlsDeps, 'sandbox' | 'log'>,
  hosts: string[],
): Promise<{ hosts: string[] }> {
  const { commands, why } = sandbox.sandbox.capabilities;
  if (!commands) throw new ProblemError('not_found', why ?? 'There is no container here.', { reason: 'container' });
  await sandbox.allowHosts(hosts);
  log.emit({ type: 'settings', data: { hosts } }, null);
  return { hosts };
}

/** The end of the server's log. @throws ProblemError `not_found` where no server was started */
export async function serverLog({
  sandbox,
}: Pick<VisitorControlsDeps, 'sandbox'>): Promise<{ log: string; running: boolean }> {
  if (!sandbox.isServing) throw new ProblemError('not_found', 'No server was started.', { reason: 'server' });
  return sandbox.serverLog();
}

/** Stops the server: the preview shows the files again. @throws ProblemError `not_found` where no server was started */
export async function stopServer({ preview, sandbox }: VisitorControlsDeps): Promise<void> {
  if (!sandbox.isServing) throw new ProblemError('not_found', 'No server was started.', { reason: 'server' });
  await preview.replaceSource(() => sandbox.stopServer());
}
