import { ends, now, onceFilled, prints, starts, testKilled } from './kill-points.ts';

testKilled([
  ['when it has just started', starts, now],
  ['while it is filled', starts, onceFilled],
  ['when packages begin to be installed', prints('installing'), now],
  ['when packages are installed, before the files are looked at', prints('installed\n'), now],
  ['after packages were installed', ends('installing'), now],
]);
