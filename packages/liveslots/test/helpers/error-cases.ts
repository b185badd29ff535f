/**
 * Every way in which a vat can be refused something by `VatData`, its powers or a message: each case does what is
 * refused, and the test compares what our liveslots and the published ones throw.
 */
import { E } from '@endo/eventual-send';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import { M } from '@endo/patterns';

export interface CaseContext {
  readonly VatData: any;
  readonly baggage: any;
  readonly powers: any;
  /** An object of another vat. */
  readonly presence: any;
  readonly device: any;
  /** A promise of another vat. */
  readonly promise: Promise<unknown>;
}

/** Does what is refused: throws, or gives a promise that is rejected. */
export type ErrorCase = (context: CaseContext) => unknown;

/** Of several incarnations the last one is refused something. */
export type ErrorCases = Readonly<Record<string, ErrorCase | readonly ErrorCase[]>>;

/** What a vat of these cases may say at once: small, so that the cases are quick. */
export const MOST_CHARACTERS = 2_000;
export const MOST_SLOTS = 20;
const TOO_LONG = 'x'.repeat(MOST_CHARACTERS + 1);

const methods = { get: () => 1 };
const heap = (): object => Far('heap', {});
const virtual = ({ VatData }: CaseContext): any =>
  VatData.defineKind('virtual', () => ({ x: 1 }), {
    get: ({ state }: any) => state.x,
    set: ({ state }: any, value: unknown) => (state.x = value),
  })();
const durableKind = ({ VatData }: CaseContext, options?: object): any =>
  VatData.defineDurableKind(
    VatData.makeKindHandle('durable'),
    (x: unknown) => ({ x }),
    {
      get: ({ state }: any) => state.x,
      set: ({ state }: any, value: unknown) => (state.x = value),
    },
    options,
  );
const durableStore = (context: CaseContext, kind = 'Map'): any =>
  context.VatData[`makeScalarBig${kind}Store`]('store', { durable: true });
const store = (context: CaseContext, kind = 'Map', options?: object): any =>
  context.VatData[`makeScalarBig${kind}Store`]('store', options);
const kept = (context: CaseContext): any => {
  if (!context.baggage.has('kind')) {
    context.baggage.init('kind', context.VatData.makeKindHandle('kept'));
  }
  return context.baggage.get('kind');
};

const ofStores: ErrorCases = {
  ...Object.fromEntries(
    ['Map', 'WeakMap', 'Set', 'WeakSet'].flatMap((kind): [string, ErrorCase][] => [
      [
        `a ${kind} store whose label is a number`,
        ({ VatData }) => VatData[`makeScalarBig${kind}Store`](5),
      ],
      [
        `a ${kind} store whose label is null`,
        ({ VatData }) => VatData[`makeScalarBig${kind}Store`](null),
      ],
      [
        `a ${kind} store whose keyShape is no pattern`,
        (c) => store(c, kind, { keyShape: Promise.resolve() }),
      ],
      [
        `a ${kind} store whose valueShape is no pattern`,
        (c) => store(c, kind, { valueShape: Promise.resolve() }),
      ],
      [
        `a ${kind} store whose options are null`,
        ({ VatData }) => VatData[`makeScalarBig${kind}Store`]('x', null),
      ],
      [
        `a durable ${kind} store whose keyShape names a heap object`,
        (c) => store(c, kind, { durable: true, keyShape: harden(heap()) }),
      ],
      [`delete of a key that a ${kind} store has not`, (c) => store(c, kind).delete('a')],
      [`delete of an object that a ${kind} store has not`, (c) => store(c, kind).delete(heap())],
      [`addAll of a number to a ${kind} store`, (c) => store(c, kind).addAll(5)],
      [`addAll of a record to a ${kind} store`, (c) => store(c, kind).addAll(harden({}))],
      [`addAll of undefined to a ${kind} store`, (c) => store(c, kind).addAll(undefined)],
    ]),
  ),
  ...Object.fromEntries(
    ['Map', 'WeakMap'].flatMap((kind): [string, ErrorCase][] => [
      [`get of a key that a ${kind} store has not`, (c) => store(c, kind).get('a')],
      [`get of an object that a ${kind} store has not`, (c) => store(c, kind).get(heap())],
      [`set of a key that a ${kind} store has not`, (c) => store(c, kind).set('a', 1)],
      [
        `init twice in a ${kind} store`,
        (c) => {
          const map = store(c, kind);
          map.init('a', 1);
          map.init('a', 1);
        },
      ],
      [
        `init with a key that is no scalar in a ${kind} store`,
        (c) => store(c, kind).init(harden({}), 1),
      ],
      [
        `get with a key that is no scalar of a ${kind} store`,
        (c) => store(c, kind).get(harden([])),
      ],
      [
        `set with a key that is a promise in a ${kind} store`,
        (c) => store(c, kind).set(c.promise, 1),
      ],
      [
        `delete with a key that is no scalar of a ${kind} store`,
        (c) => store(c, kind).delete(harden([])),
      ],
      [
        `init with a key of the wrong shape in a ${kind} store`,
        (c) => store(c, kind, { keyShape: M.string() }).init(5, 1),
      ],
      [
        `init with a value of the wrong shape in a ${kind} store`,
        (c) => store(c, kind, { valueShape: M.string() }).init('a', 1),
      ],
      [
        `set with a value of the wrong shape in a ${kind} store`,
        (c) => {
          const map = store(c, kind, { valueShape: M.string() });
          map.init('a', 'b');
          map.set('a', 1);
        },
      ],
      [
        `init with a value that is not hardened in a ${kind} store`,
        (c) => store(c, kind).init('a', {}),
      ],
      [`init with a function in a ${kind} store`, (c) => store(c, kind).init('a', () => 1)],
      [
        `init with a key that is too long in a ${kind} store`,
        (c) => store(c, kind).init('a'.repeat(300), 1),
      ],
      [
        `init with a heap object in a durable ${kind} store`,
        (c) => durableStore(c, kind).init('a', heap()),
      ],
      [
        `init with a heap object within data in a durable ${kind} store`,
        (c) => durableStore(c, kind).init('a', harden({ x: [c.presence, heap()] })),
      ],
      [
        `init with a virtual object in a durable ${kind} store`,
        (c) => durableStore(c, kind).init('a', virtual(c)),
      ],
      [
        `init with a virtual store in a durable ${kind} store`,
        (c) => durableStore(c, kind).init('a', store(c)),
      ],
      [
        `init with a promise in a durable ${kind} store`,
        (c) => durableStore(c, kind).init('a', c.promise),
      ],
      [
        `set with a heap object in a durable ${kind} store`,
        (c) => {
          const map = durableStore(c, kind);
          map.init('a', 1);
          map.set('a', heap());
        },
      ],
      [
        `init with a heap object as key in a durable ${kind} store`,
        (c) => durableStore(c, kind).init(heap(), 'value'),
      ],
      [
        `init with a virtual object as key in a durable ${kind} store`,
        (c) => durableStore(c, kind).init(virtual(c), harden({ v: 1 })),
      ],
      [
        `addAll with a heap object in a durable ${kind} store`,
        (c) => durableStore(c, kind).addAll([['a', heap()]]),
      ],
      [`addAll of what are no entries to a ${kind} store`, (c) => store(c, kind).addAll([5])],
      [`init of more than fits in a ${kind} store`, (c) => store(c, kind).init('a', TOO_LONG)],
    ]),
  ),
  ...Object.fromEntries(
    ['Set', 'WeakSet'].flatMap((kind): [string, ErrorCase][] => [
      [`add of what is no scalar to a ${kind} store`, (c) => store(c, kind).add(harden({}))],
      [`add of a promise to a ${kind} store`, (c) => store(c, kind).add(c.promise)],
      [
        `add of the wrong shape to a ${kind} store`,
        (c) => store(c, kind, { keyShape: M.string() }).add(5),
      ],
      [`add of a heap object to a durable ${kind} store`, (c) => durableStore(c, kind).add(heap())],
      [
        `add of a virtual object to a durable ${kind} store`,
        (c) => durableStore(c, kind).add(virtual(c)),
      ],
      [
        `delete of the wrong shape from a ${kind} store`,
        (c) => store(c, kind, { keyShape: M.string() }).delete(5),
      ],
    ]),
  ),
  'adding while keys are walked': (c) => {
    const map = store(c);
    map.init('a', 1);
    map.init('b', 1);
    for (const key of map.keys()) map.init(`${key}x`, 1);
  },
  'adding while values are walked': (c) => {
    const map = store(c);
    map.init('a', 1);
    map.init('b', 1);
    for (const _ of map.values()) map.init('c', 1);
  },
  'adding while a set is walked': (c) => {
    const set = store(c, 'Set');
    set.add('a');
    set.add('b');
    for (const key of set.values()) set.add(`${key}x`);
  },
  'keys that match what is no pattern': (c) => [...store(c).keys(Promise.resolve())],
  'values that match what is no pattern': (c) => [...store(c).values(M.any(), Promise.resolve())],
  'a size of what match no pattern': (c) => store(c).getSize(Promise.resolve()),
  'clear of what match no pattern': (c) => store(c).clear(Promise.resolve()),
  'a symbol as key': (c) => store(c).init(Symbol.for('x'), 1),
  'a heap object in the baggage': ({ baggage }) => baggage.init('x', heap()),
  'a key in the baggage that is no string': ({ baggage }) => baggage.init(5, 1),
  'a key that the baggage has not': ({ baggage }) => baggage.get('nothing'),
  'a value that no longer has the shape': (c) =>
    store(c, 'Map', { valueShape: M.string() }).addAll([['a', 1]]),
  'a snapshot of a set with undefined': (c) => {
    const set = store(c, 'Set');
    set.add(undefined);
    return set.snapshot(Promise.resolve());
  },
};

const ofKinds: ErrorCases = {
  'a kind whose behavior is a number': ({ VatData }) => VatData.defineKind('k', () => ({}), 5),
  'a kind without behavior': ({ VatData }) => VatData.defineKind('k', () => ({})),
  'a kind whose behavior is null': ({ VatData }) => VatData.defineKind('k', () => ({}), null),
  'a kind whose behavior is mixed': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), { a: () => 1, b: 2 }),
  'a kind with facets that is defined as one without': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), { a: methods, b: methods }),
  'a kind without facets that is defined as one with': ({ VatData }) =>
    VatData.defineKindMulti('k', () => ({}), methods),
  'a kind with facets without any': ({ VatData }) => VatData.defineKindMulti('k', () => ({}), {}),
  'a kind with facets one of which is a number': ({ VatData }) =>
    VatData.defineKindMulti('k', () => ({}), { a: methods, b: 5 }),
  'a durable kind with facets that is defined as one without': ({ VatData }) =>
    VatData.defineDurableKind(VatData.makeKindHandle('k'), () => ({}), { a: methods }),
  'a durable kind without facets that is defined as one with': ({ VatData }) =>
    VatData.defineDurableKindMulti(VatData.makeKindHandle('k'), () => ({}), methods),
  'a durable kind of a number': ({ VatData }) => VatData.defineDurableKind(5, () => ({}), methods),
  'a durable kind of undefined': ({ VatData }) =>
    VatData.defineDurableKind(undefined, () => ({}), methods),
  'a durable kind of a string': ({ VatData }) =>
    VatData.defineDurableKind('k', () => ({}), methods),
  'a durable kind of another object': ({ VatData }) =>
    VatData.defineDurableKind(heap(), () => ({}), methods),
  'a durable kind with facets of another object': ({ VatData }) =>
    VatData.defineDurableKindMulti(heap(), () => ({}), { a: methods }),
  'a durable kind that is defined twice': ({ VatData }) => {
    const handle = VatData.makeKindHandle('twice');
    VatData.defineDurableKind(handle, () => ({}), methods);
    VatData.defineDurableKind(handle, () => ({}), methods);
  },
  'a durable kind with facets that is defined twice': ({ VatData }) => {
    const handle = VatData.makeKindHandle('twice');
    VatData.defineDurableKindMulti(handle, () => ({}), { a: methods });
    VatData.defineDurableKindMulti(handle, () => ({}), { a: methods });
  },
  'a stateShape that is an array': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, { stateShape: [] }),
  'a stateShape that is a string': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, { stateShape: 'x' }),
  'a stateShape that is no pattern': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, { stateShape: { x: Promise.resolve() } }),
  'a durable stateShape that names a heap object': ({ VatData }) =>
    VatData.defineDurableKind(VatData.makeKindHandle('k'), () => ({}), methods, {
      stateShape: { x: heap() },
    }),
  'an interfaceGuardKit for a kind without facets': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, {
      interfaceGuardKit: { a: M.interface('I', {}, { defaultGuards: 'passable' }) },
    }),
  'both guards for a kind with facets': ({ VatData }) =>
    VatData.defineKindMulti(
      'k',
      () => ({}),
      { a: methods },
      {
        interfaceGuard: M.interface('I', {}, { defaultGuards: 'passable' }),
        interfaceGuardKit: { a: M.interface('I', {}, { defaultGuards: 'passable' }) },
      },
    ),
  'a guard that names a method that is not there': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, {
      interfaceGuard: M.interface('I', { other: M.call().returns() }),
    }),
  'an amplifier of a kind without facets': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, { receiveAmplifier: () => undefined }),
  'an initial state that is undefined': ({ VatData }) =>
    VatData.defineKind('k', () => undefined, methods)(),
  'an initial state that is null': ({ VatData }) => VatData.defineKind('k', () => null, methods)(),
  'an initial state that is a number': ({ VatData }) => VatData.defineKind('k', () => 5, methods)(),
  'an initial state that is a string': ({ VatData }) =>
    VatData.defineKind('k', () => 'abc', methods)(),
  'an initial state that is a function': ({ VatData }) =>
    VatData.defineKind('k', () => () => 1, methods)(),
  'an init that is no function': ({ VatData }) => VatData.defineKind('k', 5, methods)(),
  'an initial state with a function': ({ VatData }) =>
    VatData.defineKind('k', () => ({ x: () => 1 }), methods)(),
  'an initial state that is not hardened': ({ VatData }) =>
    VatData.defineKind('k', () => ({ x: {} }), methods)(),
  'an initial state without the shape': ({ VatData }) =>
    VatData.defineKind('k', () => ({ x: 1 }), methods, { stateShape: { x: M.string() } })(),
  'an initial state with a field too many': ({ VatData }) =>
    VatData.defineKind('k', () => ({ x: 'x', y: 1 }), methods, {
      stateShape: { x: M.string() },
    })(),
  'an initial durable state with a heap object': (c) => durableKind(c)(heap()),
  'an initial durable state with a promise': (c) => durableKind(c)(c.promise),
  'an initial durable state with a virtual object': (c) => durableKind(c)(harden([virtual(c)])),
  'a durable state that is set to a heap object': (c) => durableKind(c)(1).set(heap()),
  'a durable state that is set to a virtual store': (c) => durableKind(c)(1).set(store(c)),
  'a state that is set to a function': (c) => virtual(c).set(() => 1),
  'a state that is set to what is not hardened': (c) => virtual(c).set({}),
  'a state that is set to more than fits': (c) => virtual(c).set(TOO_LONG),
  'a state that is set to another shape': (c) =>
    durableKind(c, { stateShape: { x: M.number() } })(1).set('x'),
  'a property that the state has not': ({ VatData }) =>
    VatData.defineKind('k', () => ({ x: 1 }), { set: ({ state }: any) => (state.y = 1) })().set(),
  'a getter of state that is applied to something else': ({ VatData }) =>
    VatData.defineKind('k', () => ({ x: 1 }), {
      steal: ({ state }: any) => Object.getOwnPropertyDescriptor(state, 'x')?.get?.call({}),
    })().steal(),
  'a method of another kind': (c) => {
    const one = virtual(c);
    const other = c.VatData.defineKind('other', () => ({ x: 2 }), methods)();
    return one.get.call(other);
  },
  'a method that is applied to nothing': (c) => Reflect.apply(virtual(c).get, undefined, []),
  'a method of another facet': ({ VatData }) => {
    const { a, b } = VatData.defineKindMulti('k', () => ({}), { a: methods, b: methods })();
    return a.get.call(b);
  },
  'an amplifier that is given something else': ({ VatData }) => {
    let amplify: any;
    VatData.defineKindMulti(
      'kit',
      () => ({}),
      { a: methods },
      {
        receiveAmplifier: (given: unknown) => (amplify = given),
      },
    )();
    amplify(heap());
  },
  'an amplifier that is given a number': ({ VatData }) => {
    let amplify: any;
    VatData.defineKindMulti(
      'kit',
      () => ({}),
      { a: methods },
      {
        receiveAmplifier: (given: unknown) => (amplify = given),
      },
    )();
    amplify(5);
  },
  'an instance tester that is asked for a facet that is not there': ({ VatData }) => {
    let isInstance: any;
    const { a } = VatData.defineKindMulti(
      'kit',
      () => ({}),
      { a: methods },
      {
        receiveInstanceTester: (given: unknown) => (isInstance = given),
      },
    )();
    isInstance(a, 'b');
  },
  'an instance tester that is asked for a facet of a number': ({ VatData }) => {
    let isInstance: any;
    const { a } = VatData.defineKindMulti(
      'kit',
      () => ({}),
      { a: methods },
      {
        receiveInstanceTester: (given: unknown) => (isInstance = given),
      },
    )();
    isInstance(a, 5);
  },
  'an instance tester of a kind without facets that is asked for one': ({ VatData }) => {
    let isInstance: any;
    const one = VatData.defineKind('single', () => ({}), methods, {
      receiveInstanceTester: (given: unknown) => (isInstance = given),
    })();
    isInstance(one, 'b');
  },
  'a finish that throws': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, {
      finish: () => {
        throw RangeError('unfinished');
      },
    })(),
  'a kind whose options are null': ({ VatData }) =>
    VatData.defineKind('k', () => ({}), methods, null),
  'a durable kind that lost a facet': [
    (c) => c.VatData.defineDurableKindMulti(kept(c), () => ({}), { a: methods, b: methods })(),
    (c) => c.VatData.defineDurableKindMulti(kept(c), () => ({}), { a: methods, c: methods }),
  ],
  'a durable kind that lost two facets': [
    (c) =>
      c.VatData.defineDurableKindMulti(kept(c), () => ({}), { a: methods, b: methods, d: methods }),
    (c) => c.VatData.defineDurableKindMulti(kept(c), () => ({}), { c: methods }),
  ],
  'a durable kind that lost its facets': [
    (c) => c.VatData.defineDurableKindMulti(kept(c), () => ({}), { a: methods }),
    (c) => c.VatData.defineDurableKind(kept(c), () => ({}), methods),
  ],
  'a durable kind that got facets': [
    (c) => c.VatData.defineDurableKind(kept(c), () => ({}), methods),
    (c) => c.VatData.defineDurableKindMulti(kept(c), () => ({}), { a: methods }),
  ],
  'a stateShape that lost a field': [
    (c) =>
      c.VatData.defineDurableKind(kept(c), () => ({}), methods, {
        stateShape: { x: M.any(), y: M.any() },
      }),
    (c) =>
      c.VatData.defineDurableKind(kept(c), () => ({}), methods, { stateShape: { x: M.any() } }),
  ],
  'a stateShape that changed a field': [
    (c) =>
      c.VatData.defineDurableKind(kept(c), () => ({}), methods, { stateShape: { x: M.any() } }),
    (c) =>
      c.VatData.defineDurableKind(kept(c), () => ({}), methods, { stateShape: { x: M.string() } }),
  ],
  'a stateShape that got a field that is not optional': [
    (c) =>
      c.VatData.defineDurableKind(kept(c), () => ({}), methods, { stateShape: { x: M.any() } }),
    (c) =>
      c.VatData.defineDurableKind(kept(c), () => ({}), methods, {
        stateShape: { x: M.any(), y: M.number() },
      }),
  ],
  'a stateShape that is no more': [
    (c) =>
      c.VatData.defineDurableKind(kept(c), () => ({}), methods, { stateShape: { x: M.any() } }),
    (c) => c.VatData.defineDurableKind(kept(c), () => ({}), methods),
  ],
  'a durable object whose kind is not defined yet': [
    (c) => {
      const make = c.VatData.defineDurableKind(kept(c), () => ({}), methods);
      c.baggage.init('one', make());
    },
    (c) => c.baggage.get('one'),
  ],
};

const ofWatchers: ErrorCases = {
  'a promise watcher of a number': ({ VatData }) => VatData.providePromiseWatcher(5),
  'a promise watcher of another object': ({ VatData }) => VatData.providePromiseWatcher(heap()),
  'a promise watcher whose first handler is a number': ({ VatData }) =>
    VatData.providePromiseWatcher(VatData.makeKindHandle('k'), 5),
  'a promise watcher whose first handler is null': ({ VatData }) =>
    VatData.providePromiseWatcher(VatData.makeKindHandle('k'), null),
  'a promise watcher whose second handler is a string': ({ VatData }) =>
    VatData.providePromiseWatcher(VatData.makeKindHandle('k'), () => undefined, 'x'),
  'a promise watcher that is provided twice': ({ VatData }) => {
    const handle = VatData.makeKindHandle('k');
    VatData.providePromiseWatcher(handle);
    VatData.providePromiseWatcher(handle);
  },
};

const ofPowers: ErrorCases = {
  'D of an object': ({ powers }) => powers.D(heap()),
  'D of a presence': ({ powers, presence }) => powers.D(presence),
  'D of a number': ({ powers }) => powers.D(5),
  'D of D': ({ powers, device }) => powers.D(powers.D(device)),
  'a device that is given a promise': ({ powers, device, promise }) =>
    powers.D(device).call(promise),
  'a device that is given a function': ({ powers, device }) => powers.D(device).call(() => 1),
  'a device that is given too much': ({ powers, device }) => powers.D(device).call(TOO_LONG),
  'a device that gives a promise': ({ powers, device }) => powers.D(device).promise(),
  'an object that is disavowed': ({ powers }) => powers.disavow(heap()),
  'a promise that is disavowed': ({ powers, promise }) => powers.disavow(promise),
  'a number that is disavowed': ({ powers }) => powers.disavow(5),
  'an export that is disavowed': async ({ powers, presence }) => {
    const mine = heap();
    void E(presence).take(mine);
    await Promise.resolve().then(() => undefined);
    powers.disavow(mine);
  },
  'a presence that is sent to after it was disavowed': ({ powers, presence }) => {
    powers.disavow(presence);
    return E(presence).hello();
  },
  'an exit with a function': ({ powers }) => powers.exitVat(() => 1),
  'an exit with failure and a function': ({ powers }) => powers.exitVatWithFailure(() => 1),
};

const ofMessages: ErrorCases = {
  'a method that an object has not': () => E(Far('x', { a: () => 1, b: () => 2 }) as any).c(),
  'a method of an object without methods': () => E(heap() as any).c(),
  'a method of a record': () => E(harden({ a: 1 }) as any).c(),
  'a method of a number': () => E(5 as any).c(),
  'a method of undefined': () => E(undefined as any).c(),
  'a call of an object': () => E(heap() as any)(),
  'a property that is no method': () => E(harden({ a: 1 }) as any).a(),
  'a message with a function': ({ presence }) => E(presence).take(() => 1),
  'a message with a class': ({ presence }) => E(presence).take(class {}),
  'a message with a map': ({ presence }) => E(presence).take(harden(new Map())),
  'a message with a date': ({ presence }) => E(presence).take(harden(new Date(0))),
  'a message with an unregistered symbol': ({ presence }) => E(presence).take(Symbol('x')),
  'a message with what is not hardened': ({ presence }) => E(presence).take({}),
  'a message with an array that is not hardened': ({ presence }) => E(presence).take([]),
  'a message with an array with holes': ({ presence }) =>
    // eslint-disable-next-line no-sparse-arrays
    E(presence).take(harden([1, , 2])),
  'a message with an accessor': ({ presence }) =>
    E(presence).take(
      harden({
        get x() {
          return 1;
        },
      }),
    ),
  'a message with a record with a symbol': ({ presence }) =>
    E(presence).take(harden({ [Symbol.for('x')]: 1 })),
  'a message with a cycle': ({ presence }) => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return E(presence).take(harden(cycle));
  },
  'a message that is too large': ({ presence }) => E(presence).take(TOO_LONG),
  'a message with too many references': ({ presence }) =>
    E(presence).take(harden(Array.from({ length: MOST_SLOTS + 1 }, () => heap()))),
  'a property of a presence': ({ presence }) => E.get(presence).nothing,
};

/** What `buildRootObject` may do, so that its vat does not start; `undefined` is a bundle without it. */
export const FAILING_STARTS: Readonly<Record<string, ((powers: any) => unknown) | undefined>> = {
  'there is no buildRootObject': undefined,
  'buildRootObject throws': () => {
    throw RangeError('no');
  },
  'buildRootObject rejects': async () => {
    throw TypeError('later');
  },
  'buildRootObject gives undefined': () => undefined,
  'buildRootObject gives a number': () => 5,
  'buildRootObject gives a record that is not hardened': () => ({ a: 1 }),
  'buildRootObject gives a record': () => harden({ a: 1 }),
  'buildRootObject gives a function': () => () => 1,
  'buildRootObject gives methods that are not Far': () => harden({ a: () => 1 }),
  'buildRootObject gives a virtual object': (powers) =>
    powers.VatData.defineKind('root', () => ({}), methods)(),
  'buildRootObject gives a collection': (powers) => powers.VatData.makeScalarBigMapStore('root'),
  'buildRootObject never ends': async () => new Promise(() => undefined),
  'buildRootObject leaves a durable kind undefined': (powers) => {
    powers.VatData.makeKindHandle('left');
    powers.VatData.makeKindHandle('out');
    return heap();
  },
};

export const ERROR_CASES: ErrorCases = {
  ...ofStores,
  ...ofKinds,
  ...ofWatchers,
  ...ofPowers,
  ...ofMessages,
};
