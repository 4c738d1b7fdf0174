import { expect, it } from 'vitest';
import { browserNames, systemNames } from '../../../src/protocol/device-names.ts';
import { deviceName } from '../../../src/sign-in/device-name.ts';
import { accountWords as de } from '../../../web/strings/de/account.ts';
import { accountWords as en } from '../../../web/strings/en/account.ts';
import { accountWords as fr } from '../../../web/strings/fr/account.ts';

const inAll = (name: string) => [en, de, fr].map((words) => words.logins.device(name));

const agents: [string, string[]][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
    ['Firefox on Windows', 'Firefox auf Windows', 'Firefox sur Windows'],
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    ['Safari on iPhone', 'Safari auf iPhone', 'Safari sur iPhone'],
  ],
  ['curl/8.0', ['A browser', 'Ein Browser', 'Un navigateur']],
  ['Mozilla/5.0 (X11; Linux x86_64)', ['Linux', 'Linux', 'Linux']],
];

it.each(agents)('%s has a name in each language', (agent, names) => {
  expect(inAll(deviceName(agent))).toEqual(names);
});

it('each browser on each system has one', () => {
  for (const browser of browserNames)
    for (const system of systemNames)
      expect(inAll(`${browser} on ${system}`).slice(1)).toEqual([
        `${browser} auf ${system}`,
        `${browser} sur ${system}`,
      ]);
});

it('a name that a person has given stays as it is', () => {
  expect(inAll('Key on Mac')).toEqual(['Key on Mac', 'Key on Mac', 'Key on Mac']);
});
