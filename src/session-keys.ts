import * as v from 'valibot';

/** Keys at the most: each one costs a check of every cookie that another one has signed. */
const maxKeys = 8;

const key = v.pipe(v.string(), v.minLength(32));

/** Several keys: a list whose first one signs, or keys by id as in `VAULT_KEYS`. */
const severalKeys = v.union([
  v.pipe(v.array(key), v.minLength(1), v.maxLength(maxKeys)),
  v.pipe(
    v.object({ active: v.string(), keys: v.record(v.string(), key) }),
    v.check(({ active, keys }) => Object.hasOwn(keys, active) && Object.keys(keys).length <= maxKeys),
    v.transform(({ active, keys: { [active]: first = '', ...others } }) => [first, ...Object.values(others)]),
  ),
]);

function parseKeys(value: string): string[] | null {
  if (!/^\s*[[{]/.test(value)) return value.length >= 32 ? [value] : null;
  try {
    const parsed = v.safeParse(severalKeys, JSON.parse(value));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Parses `SESSION_SECRET`: the keys that verify cookies, the one that signs them first. */
export function toSessionKeys({ dataset, addIssue, NEVER }: v.RawTransformContext<string>): string[] {
  const keys = parseKeys(dataset.value);
  if (keys) return keys;
  addIssue({
    message:
      'SESSION_SECRET must have at least 32 characters, or be JSON such as {"active":"k2","keys":{"k1":"<old>","k2":"<new>"}} or ["<new>","<old>"], of up to 8 such keys.',
  });
  return NEVER;
}
