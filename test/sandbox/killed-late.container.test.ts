import { isCommandEnd, isCommandOutput, isServerState, isServerUpdate, killNow, testKilled } from './kill-points.ts';

testKilled([
  ['while tests run', isCommandOutput('testing'), killNow],
  ['after the tests', isCommandEnd('testing'), killNow],
  ['while the server starts', isServerState('starting'), killNow],
  ['when the server runs', isServerState('running'), killNow],
  ['when a file changes', isServerUpdate, killNow],
]);
