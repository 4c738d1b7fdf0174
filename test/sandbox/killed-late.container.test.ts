import { changes, ends, now, prints, serves, testKilled } from './kill-points.ts';

testKilled([
  ['while tests run', prints('testing'), now],
  ['after the tests', ends('testing'), now],
  ['while the server starts', serves('starting'), now],
  ['when the server runs', serves('running'), now],
  ['when a file changes', changes, now],
]);
