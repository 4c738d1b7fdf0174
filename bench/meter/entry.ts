import type { Bindings } from '../../src/routes/http/app-env.ts';
import * as redraw from '../../src/worker.ts';
import { realWait, setPace, setShownTime, shownNow } from './clock.ts';
import { installMeter, meter } from './meter.ts';
import { classes, meteredEnv } from './metered-env.ts';
import { alarms, meterState, rang, unsetAlarm } from './metered-state.ts';

type ObjectClass = new (state: DurableObjectState, env: object) => object;

interface MeteredObject {
  ctx: DurableObjectState;
  alarm?(): Promise<void>;
}

/** A subclass whose calls, storage and bindings are counted. */
function metered(className: string, Base: ObjectClass): object {
  const keyOf = ({ id }: DurableObjectState) => ({ className, id: id.toString() });
  // A function, not a class: a `super` call cannot stand in the callback that names the object.
  function Metered(state: DurableObjectState, env: object): object {
    const object = keyOf(state);
    const target = new.target;
    meterState(state, object);
    return meter.construct(object, () => Reflect.construct(Base, [state, meteredEnv(env)], target) as object);
  }
  Object.setPrototypeOf(Metered, Base);
  const methods: object = Object.create(Base.prototype);
  for (const name of Object.getOwnPropertyNames(Base.prototype)) {
    const method: unknown = Reflect.get(Base.prototype, name);
    if (name === 'constructor' || typeof method !== 'function') continue;
    const value = function (this: MeteredObject, ...args: unknown[]): unknown {
      const object = keyOf(this.ctx);
      if (name === 'alarm') rang(object);
      return meter.serve(object, name, () => Reflect.apply(method, this, args));
    };
    Object.defineProperty(methods, name, { value });
  }
  Object.defineProperty(methods, 'constructor', { value: Metered });
  Object.defineProperty(methods, 'ringAlarm', {
    async value(this: MeteredObject): Promise<void> {
      await unsetAlarm(keyOf(this.ctx));
      await this.alarm?.();
    },
  });
  Metered.prototype = methods;
  return Metered;
}

export const Session = metered('Session', redraw.Session as ObjectClass);
export const Account = metered('Account', redraw.Account as ObjectClass);
export const Treasury = metered('Treasury', redraw.Treasury as ObjectClass);
export const PreviewLabel = metered('PreviewLabel', redraw.PreviewLabel as ObjectClass);
export const Identity = metered('Identity', redraw.Identity as ObjectClass);

/** Lets time pass at once, and rings each alarm when it is due. */
async function advance(env: object, ms: number): Promise<void> {
  await rest();
  const until = shownNow() + ms;
  for (;;) {
    const next = [...alarms.values()].sort((a, b) => a.at - b.at)[0];
    if (!next || next.at > until) break;
    setShownTime(next.at);
    const binding = Object.entries(classes).find(([, name]) => name === next.object.className)?.[0] ?? '';
    const namespace = Reflect.get(env, binding) as DurableObjectNamespace<Rpc.DurableObjectBranded>;
    const stub = namespace.get(namespace.idFromString(next.object.id));
    await (Reflect.get(stub, 'ringAlarm') as () => Promise<void>)();
    await rest();
  }
  setShownTime(until);
}

/** Waits until no object has anything under way. */
async function rest(): Promise<void> {
  while (meter.isBusy) await realWait(1);
}

installMeter();

/** The meter's own interface: `ledger`, `reset`, `rest`, `advance?ms=`, `pace?factor=`, `hold?ms=`. */
async function control({ pathname, searchParams }: URL, env: object): Promise<Response> {
  const number = (name: string): number => Number(searchParams.get(name));
  if (pathname.endsWith('/reset')) meter.reset();
  else if (pathname.endsWith('/rest')) await rest();
  else if (pathname.endsWith('/advance')) await advance(env, number('ms'));
  else if (pathname.endsWith('/pace')) setPace(number('factor'));
  else if (pathname.endsWith('/hold')) meter.holdMs = number('ms');
  return Response.json(meter.ledger());
}

export default {
  fetch(request: Request, env: Bindings, context: ExecutionContext): unknown {
    const url = new URL(request.url);
    if (url.pathname.startsWith('/__meter/')) return control(url, env);
    meter.claude = env.ANTHROPIC_BASE_URL ?? '';
    const counted = meteredEnv(env);
    return meter.request(`${request.method} ${url.pathname}`, () => redraw.default.fetch(request, counted, context));
  },
};
