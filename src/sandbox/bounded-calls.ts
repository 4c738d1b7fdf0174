import type { ContainerCalls } from './container-calls.ts';
import { within } from './within.ts';

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
    wakeUp: () => within(startMs, reach().wakeUp()),
    runCommand: (run, stdin) => {
      const running = reach().runCommand(run, stdin);
      return within(startMs, running).catch((error: unknown) => {
        running.then((stream) => stream.cancel()).catch(() => undefined);
        throw error;
      });
    },
    endProcess: (id) => within(answerMs, reach().endProcess(id)),
    serve: (call) => within(startMs + call.seconds * 1000, reach().serve(call)),
    serverLog: (id, bytes) => within(answerMs, reach().serverLog(id, bytes)),
    isServing: (id) => within(answerMs, reach().isServing(id)),
    isAwake: () => within(answerMs, reach().isAwake()),
    allowOnly: (hosts) => within(startMs, reach().allowOnly(hosts)),
    wipe: () => within(answerMs, reach().wipe()),
    fetch: (request) => reach().fetch(request),
  };
}
