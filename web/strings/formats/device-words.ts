import { browserNames, someBrowser, systemNames } from '../../../src/protocol/device-names.ts';

const named = new RegExp(`^(${browserNames.join('|')}) on (${systemNames.join('|')})$`);

/** The name that a browser got from the server, in words; one that a person has given stays as it is. */
export function deviceInWords(name: string, on: string, unknown: string): string {
  return name === someBrowser ? unknown : name.replace(named, `$1 ${on} $2`);
}
