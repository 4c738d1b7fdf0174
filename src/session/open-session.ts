import { noContainersHere } from '../protocol/no-containers.ts';
import type { SyncedBoot } from '../sandbox/container-file-sync.ts';
import { containerSandbox } from '../sandbox/container-sandbox.ts';
import { noSandbox } from '../sandbox/no-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox-interface.ts';
import type { Settings } from '../settings.ts';
import { GrowthCount } from './growth-count.ts';
import { SessionContext } from './session-context.ts';
import type { SessionEnv } from './session-env.ts';
import type { ClaudeSignalLog } from './turn/claude-signal-log.ts';
import { TurnRunner } from './turn/turn-runner.ts';

/** A session that exists, in memory: its stores and services, the runner of its turns, and the count of what it keeps. */
export interface OpenSession {
  context: SessionContext;
  runner: TurnRunner;
  growth: GrowthCount;
}

export interface OpenSessionDeps {
  ctx: DurableObjectState;
  env: SessionEnv;
  settings: Settings;
  signals: ClaudeSignalLog;
  previewUrl(): string;
  /** Sets the alarm to when it is next needed. */
  scheduleAlarm(): Promise<void>;
  /** Deletes the session. */
  discardSession(): Promise<void>;
}

/** Opens the session over its tables, which must exist, and connects it to the other objects. */
export function openSession({ ctx, env, settings, signals, ...callbacks }: OpenSessionDeps): OpenSession {
  const containers = env.SANDBOX;
  const sandbox = (lastFilled: SyncedBoot, idleSeconds: () => number | undefined): Sandbox =>
    containers
      ? containerSandbox(() => containers.getByName(ctx.id.toString()), lastFilled, idleSeconds)
      : noSandbox(settings.noContainers ?? noContainersHere);
  const context = new SessionContext(ctx, sandbox, settings);
  const owner = () => context.meta.need('owner');
  const account = () => env.ACCOUNT.getByName(owner());
  const growth = new GrowthCount({ quota: context.workspace.quota, owner, account });
  const runner = new TurnRunner(context, {
    settings,
    signals,
    owner: account,
    treasury: () => env.TREASURY.getByName('treasury'),
    waitUntil: (promise) => ctx.waitUntil(promise),
    ...callbacks,
  });
  return { context, runner, growth };
}
