import { meter } from './meter.ts';
import { override } from './metered-state.ts';

/** The bindings to objects, and the classes that they lead to. */
export const classes = {
  SESSION: 'Session',
  ACCOUNT: 'Account',
  TREASURY: 'Treasury',
  PREVIEW_LABEL: 'PreviewLabel',
  IDENTITY: 'Identity',
} as const;

type Namespace = DurableObjectNamespace<Rpc.DurableObjectBranded>;
type Stub = DurableObjectStub<Rpc.DurableObjectBranded>;

/** A stub that notes who calls. What a call returns is untouched, so that promises can be pipelined. */
function meteredStub(stub: Stub, className: string): Stub {
  const object = { className, id: stub.id.toString() };
  return new Proxy(stub, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: unknown[]): unknown => {
        meter.calling(object, name);
        return Reflect.apply(value, of, args);
      };
    },
  });
}

function meteredNamespace(namespace: Namespace, className: string): Namespace {
  return override(namespace, {
    get: (id: DurableObjectId) => meteredStub(namespace.get(id), className),
    getByName: (name: string) => meteredStub(namespace.getByName(name), className),
  });
}

function meteredKv(kv: KVNamespace): KVNamespace {
  const counted =
    (what: Parameters<typeof meter.kv>[0], name: keyof KVNamespace) =>
    (...args: unknown[]): unknown => {
      meter.kv(what);
      return Reflect.apply(kv[name] as (...args: unknown[]) => unknown, kv, args);
    };
  return override(kv, {
    get: counted('read', 'get'),
    getWithMetadata: counted('read', 'getWithMetadata'),
    put: counted('write', 'put'),
    delete: counted('delete', 'delete'),
    list: counted('list', 'list'),
  });
}

const known = new WeakMap<object, object>();

/** The bindings, counted. The same object each time: the settings are cached by it. */
export function meteredEnv<T extends object>(env: T): T {
  let counted = known.get(env) as T | undefined;
  if (!counted) {
    const changes: Record<string, unknown> = {};
    for (const [binding, className] of Object.entries(classes))
      changes[binding] = meteredNamespace(Reflect.get(env, binding) as Namespace, className);
    changes.VAULT = meteredKv(Reflect.get(env, 'VAULT') as KVNamespace);
    counted = { ...env, ...changes };
    known.set(env, counted);
  }
  return counted;
}
