import type { PlatformFault, TurnEvidence } from '../protocol/review-resources.ts';

/**
 * The clear faults of the platform in a turn, by what the server saw. None where the turn has run in circles: what a prompt that loops has
 * cost is for an operator to judge, whatever else has failed in it. A failing preview is the app's own.
 */
export function platformFaults({
  code,
  lost,
  upstreamFailures,
}: Pick<TurnEvidence, 'code' | 'lost' | 'upstreamFailures'>): PlatformFault[] {
  if (code === 'going_in_circles') return [];
  const faults: [PlatformFault, boolean][] = [
    ['internal', code === 'internal'],
    ['upstream', upstreamFailures > 0],
    ['lost_object', lost > 0],
  ];
  return faults.filter(([, isThere]) => isThere).map(([fault]) => fault);
}
