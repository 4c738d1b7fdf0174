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
 * @param reach the container's object, for one call: what was reached of one that was lost since never answers again
 */
export function boundedCalls(reach: () => ContainerCalls): ContainerCalls {
  return {
    wakeUp: () => withTimeout(startMs, reach().wakeUp()),
    runCommand: (run, stdin) => {
      const running = reach().runCommand(run, stdin);
      return withTimeout(startMs, running).catch((error: unknown) => {
        running.then((stream) => stream.cancel()).catch(() => undefined);
        throw error;
      });
    },
    endProcess: (id) => withTimeout(answerMs, reach().endProcess(id)),
    serve: (call) => withTimeout(startMs + call.seconds * 1000, reach().serve(call)),
    serverLog: (id, bytes) => withTimeout(answerMs, reach().serverLog(id, bytes)),
    isServing: (id) => withTimeout(answerMs, reach().isServing(id)),
    isAwake: () => withTimeout(answerMs, reach().isAwake()),
    allowOnly: (hosts) => withTimeout(startMs, reach().allowOnly(hosts)),
    wipe: () => withTimeout(answerMs, reach().wipe()),
    fetch: (request) => reach().fetch(request),
  };
}
