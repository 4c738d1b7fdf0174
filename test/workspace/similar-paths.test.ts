import { expect, it } from 'vitest';
import { similarPaths } from '../../src/workspace/similar-paths.ts';

it.each([
  ['with a letter too many', 'src/Buttonn.tsx'],
  ['with a letter too few', 'src/Buton.tsx'],
  ['with another letter', 'src/Buttom.tsx'],
  ['with two letters exchanged', 'src/Buttno.tsx'],
  ['with another first letter', 'src/mutton.tsx'],
  ['in other case', 'src/BUTTON.TSX'],
  ['in another folder', 'lib/button/Button.tsx'],
  ['with another extension', 'src/Button.module'],
  ['without an extension', 'src/button'],
])('finds a name %s', (_, path) => {
  expect(similarPaths(path, ['src/Button.tsx', 'src/Header.tsx', 'index.html'])).toEqual(['src/Button.tsx']);
});

it('takes only the last part of a name for its extension', () => {
  const existing = ['view.test.markdown', 'view.stories.tsx', 'view.tsx'];
  expect(similarPaths('view.test.ts', existing)).toEqual(['view.test.markdown']);
});

it.each([
  ['abc', 'abd', 'axy'],
  ['abcdefg', 'abcdefx', 'abcdexy'],
  ['abcdefgh', 'abcdefxy', 'abcdexyz'],
  ['abcdefghijkl', 'xbcdxfghijkx', 'xbcdxfghxjkx'],
  ['abcdefgh', 'abcdefghij', 'abcdefghijk'],
  ['abcdefgh', 'cdefgh', 'defgh'],
])('allows one typing error in four letters, and one in a short name: %s', (name, near, far) => {
  expect(similarPaths(name, [far, near])).toEqual([near]);
});

it('names the best three first: the same name, the same but for its extension, a typing error', () => {
  const existing = [
    'src/ui/Buttom.tsx',
    'src/ui/Button.css',
    'far/away/from/here/Button.tsx',
    'src/Button.tsx',
    'src/ui/Buttons.tsx',
  ];
  const best = ['src/Button.tsx', 'far/away/from/here/Button.tsx', 'src/ui/Button.css'];
  expect(similarPaths('src/ui/Button.tsx', existing)).toEqual(best);
  expect(similarPaths('src/ui/Button.tsx', existing.toReversed())).toEqual(best);
  expect(similarPaths('src/ui/Button.tsx', existing, 1)).toEqual(['src/Button.tsx']);
});
