import { withTimeout } from '../async/with-timeout.ts';
import type { ContainerCalls } from './container-rpc.ts';

/** What the container's own object may take to find out that its container does not answer, and room. Milliseconds. */
const answerMs = 40_000;
/** The same, where it may have to start one before. */
const startMs = 125_000;

/**
 * Gives each call to a container an end: a caller that waits for one call would otherwise hold up, for good, all who wait for that caller.
 * Requests for a port are left out: nobody but whoever asked waits for them.
 *
 * @param connect the container's object, for one call: what was reached of one that was lost since never answers again
 */
export function withRpcTimeout(connect: () => ContainerCalls): ContainerCalls {
  return {
    wakeUp: () => withTimeout(startMs, connect().wakeUp()),
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
