import { describe, expect, test } from 'vitest';
import { findImportMap, scanTags } from '../../src/preview/html-scan.ts';

const names = (html: string) => scanTags(html).map(({ name }) => name);
const attributes = (html: string) => Object.fromEntries(scanTags(html)[0]?.attributes ?? []);

describe('the tags of a page', () => {
  test('have their places in the text, and the text of a script its end', () => {
    expect(scanTags('<P>a</P><script a=b>"<p>"</SCRIPT ><br/>')).toEqual([
      { name: 'p', start: 0, end: 3, textEnd: 3, attributes: new Map() },
      { name: 'script', start: 8, end: 20, textEnd: 25, attributes: new Map([['a', 'b']]) },
      { name: 'br', start: 35, end: 40, textEnd: 40, attributes: new Map() },
    ]);
  });

  test.each([
    ['end tags, declarations and signs are none', '<!doctype html></a><b>1 < 2</b><?c?>', ['b']],
    ['comments hold none', '<!--<a><p>--><!-- <b> --><c>', ['c']],
    ['an empty comment ends at once', '<!--><a><!----><b>-->', ['a', 'b']],
    ['an unclosed comment reaches to the end', '<a><!-- <b>', ['a']],
    ['an unclosed tag reaches to the end', '<a><b c="<d>', ['a']],
    ['an unclosed script reaches to the end', '<script><a></scripts>', ['script']],
    ['a value in quotes may hold what ends a tag', `<a b="'>" c='">' d='long >'><e>`, ['a', 'e']],
    [
      'templates, styles and text fields hold none',
      '<template><a></template><style><b></style><textarea><c>',
      ['template', 'style', 'textarea'],
    ],
  ])('%s', (_, html, expected) => {
    expect(names(html)).toEqual(expected);
  });

  test('an unclosed script has the rest as its text', () => {
    expect(scanTags('<script>abc')[0]?.textEnd).toBe(11);
  });
});

describe('the attributes of a tag', () => {
  test.each([
    ['<a href=x>', { href: 'x' }],
    ['<a href="x y" TITLE=\'long one\'>', { href: 'x y', title: 'long one' }],
    ['<a href = "x" title\n=\ny>', { href: 'x', title: 'y' }],
    ['<script async src="x" defer>', { async: '', src: 'x', defer: '' }],
    ['<a href=x/y.html>', { href: 'x/y.html' }],
    ['<a href="" title=\'\'>', { href: '', title: '' }],
    ['<br a/>', { a: '' }],
    ['<a href="?a&amp;b&lt;&gt;&quot;&#39;&apos;&copy;">', { href: `?a&b<>"''&copy;` }],
    ['<a href=first HREF=second>', { href: 'first' }],
  ])('of %s', (html, expected) => {
    expect(attributes(html)).toEqual(expected);
  });
});

describe("the author's import map", () => {
  test.each([
    ['<script>1</script><script type="importmap">{ }</script>', '{ }'],
    ['<script type=ImportMap>{}', '{}'],
    ['<link type="importmap"><script type="importmap">1</script><script type="importmap">2</script>', '1'],
  ])('in %s', (html, text) => {
    expect(findImportMap(html, scanTags(html))?.text).toBe(text);
  });

  test.each(['', '<script></script>', '<script type="module">{}</script>', '<link type="importmap">'])(
    'is not in %j',
    (html) => {
      expect(findImportMap(html, scanTags(html))).toBeNull();
    },
  );
});
