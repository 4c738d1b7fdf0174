/// <reference path="./sucrase.d.ts" />
import * as index from 'sucrase/dist/index.js';
import nameManager from 'sucrase/dist/NameManager.js';
import state from 'sucrase/dist/parser/tokenizer/state.js';
import tokenProcessor from 'sucrase/dist/TokenProcessor.js';
import rootTransformer from 'sucrase/dist/transformers/RootTransformer.js';

// Sucrase takes exponential time for classes in fields of classes, and for arrow functions in default values of parameters; and the square
// of their number for the fields of a class. Its results stay the same here, its steps grow with the text. All is imported by path: the
// parts are of one build then, whoever resolves the package.

const prototypeOf = <T>(exported: { prototype: T } | { default: { prototype: T } }): T =>
  'default' in exported ? exported.default.prototype : exported.prototype;

/** Names to the number that was claimed last, for each transform. */
const claimed = new WeakMap<object, Map<string, number>>();

/** Each field claims a name. Names are never given back: the search for a free one goes on from the last, where Sucrase's begins at 2. */
prototypeOf(nameManager).claimFreeName = function (name) {
  const numbers = claimed.get(this) ?? new Map<string, number>();
  claimed.set(this, numbers);
  let number = numbers.get(name) ?? 1;
  const numbered = () => (number === 1 ? name : `${name}${number}`);
  while (this.usedNames.has(numbered())) number += 1;
  numbers.set(name, number);
  this.usedNames.add(numbered());
  return numbered();
};

/** The token processors at the beginning of a class, and those that look ahead over one. */
const atClass = new WeakSet<object>();
const lookingAhead = new WeakSet<object>();

const tokens = prototypeOf(tokenProcessor);
const { snapshot, restoreToSnapshot } = tokens;
tokens.snapshot = function () {
  if (atClass.delete(this)) lookingAhead.add(this);
  return snapshot.call(this);
};
tokens.restoreToSnapshot = function (taken) {
  lookingAhead.delete(this);
  restoreToSnapshot.call(this, taken);
};

/**
 * Before a class is transformed, Sucrase looks ahead over it for its fields, from a snapshot that it goes back to, and transforms their
 * values only to drop the result: at each level twice as often. Without ES transforms nothing of it is used, so values are skipped.
 */
const root = prototypeOf(rootTransformer);
const { processClass, processToken } = root;
root.processClass = function () {
  atClass.add(this.tokens);
  processClass.call(this);
};
root.processToken = function () {
  if (lookingAhead.has(this.tokens)) this.tokens.nextToken();
  else processToken.call(this);
};

/** How often a text may be read again on average, in characters: code of people's rarely reaches twice. */
const maxRereads = 20;
/** Characters by which short texts are taken to be longer. */
const spareChars = 2_000;

/** Per parse: the characters read, and those read in vain. */
const progress = new WeakMap<object, { furthest: number; reread: number }>();

/** A parse that goes back: what may be parameters is read as an expression first, at each level of nesting anew. */
const parser = prototypeOf(state);
const { restoreFromSnapshot } = parser;
parser.restoreFromSnapshot = function (taken) {
  const own = progress.get(this) ?? { furthest: 0, reread: 0 };
  progress.set(this, own);
  own.furthest = Math.max(own.furthest, this.pos);
  own.reread += this.pos - taken.pos;
  if (own.reread > maxRereads * (own.furthest + spareChars))
    throw new SyntaxError('functions are nested too deeply in the default values of parameters');
  restoreFromSnapshot.call(this, taken);
};

/** Sucrase's `transform`. What bundles it gives its exports by name, or in a default export alone. */
export const transform = (index.default ?? index).transform;
