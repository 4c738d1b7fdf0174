import { isCommandEnd, isCommandOutput, isContainerStart, killNow, killOnceFilled, testKilled } from './kill-points.ts';

testKilled([
  ['when it has just started', isContainerStart, killNow],
  ['while it is filled', isContainerStart, killOnceFilled],
  ['when packages begin to be installed', isCommandOutput('installing'), killNow],
  ['when packages are installed, before the files are looked at', isCommandOutput('installed\n'), killNow],
  ['after packages were installed', isCommandEnd('installing'), killNow],
]);
