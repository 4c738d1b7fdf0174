import { withTimeout } from '../async/with-timeout.ts';
import type { ContainerCalls } from './container-rpc.ts';

/** Time that the container's object needs to find that its container does not answer, and a margin. Milliseconds. */
const answerMs = 40_000;
/** The same for calls that may have to start the container first. Milliseconds. */
const startMs = 125_000;

/**
 * Gives every call to a container a timeout: a call without an answer would block its caller, and all who wait for that caller, for ever.
 * Requests to a port have none: only their own client waits for them.
 *
 * @param connect gives the container's Durable Object, for one call: a stub of an object that was lost never answers again
 */
export function withRpcTimeout(connect: () => ContainerCalls): ContainerCalls {
  return {
    wakeUp: (idleSeconds) => withTimeout(startMs, connect().wakeUp(idleSeconds)),
    runCommand: (run, stdin) => {
      const running = connect().runCommand(run, stdin);
      return withTimeout(startMs, running).catch((error: unknown) => {
        running.then((stream) => stream.cancel()).catch(() => undefined);
        throw error;
      });
    },
    endProcess: (id) => withTimeout(answerMs, connect().endProcess(id)),
    serve: (call) => withTimeout(startMs + call.seconds * 1000, connect().serve(call)),
    serverLog: (id, bytes) => withTimeout(answerMs, connect().serverLog(id, bytes)),
    isServing: (id) => withTimeout(answerMs, connect().isServing(id)),
    isAwake: () => withTimeout(answerMs, connect().isAwake()),
    allowOnly: (hosts) => withTimeout(startMs, connect().allowOnly(hosts)),
    wipe: () => withTimeout(answerMs, connect().wipe()),
    fetch: (request) => connect().fetch(request),
  };
}
