import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CooperageKernel, type KernelRef, makeService, openKernel } from '../src/index.js';
import { fixture, onTestedLiveslots } from './helpers.js';

interface Seen {
  readonly name: string;
  readonly message: string;
  readonly cause: Seen | '';
  readonly errors: readonly Seen[];
}

type Received = Error & { readonly errorId?: string; readonly errors?: readonly Received[] };

let kernel: CooperageKernel;
let console: string[];
let service: unknown;

class LimitError extends Error {
  override name = 'LimitError';
}

const failing = makeService(() => {
  throw new LimitError('too much', { cause: new TypeError('behind', { cause: 'text' }) });
});

const failureOf = async (work: Promise<unknown>): Promise<Received> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Received;
};

/** Errors and what is behind them, as the host has them. */
const seen = (error: Received): Seen => ({
  name: error.name,
  message: error.message,
  cause: error.cause === undefined ? '' : seen(error.cause as Received),
  errors: (error.errors ?? []).map(seen),
});

const plain = (name: string, message: string, cause: Seen | '' = ''): Seen => ({
  name,
  message,
  cause,
  errors: [],
});

beforeAll(async () => {
  console = [];
  kernel = await openKernel({
    ...onTestedLiveslots({
      config: {
        bootstrap: 'creator',
        vats: {
          creator: { source: fixture('creator-vat.js') },
          a: { source: fixture('errors-vat.js') },
          b: { source: fixture('errors-vat.js') },
        },
      },
    }),
    services: { failing },
    log: () => undefined,
    on: { console: ({ text }) => void console.push(text) },
  });
  await kernel.run();
  service = await kernel.send('creator', 'service', ['failing']);
});

afterAll(() => kernel.close());

/** A failure as another vat and as the host sees it. */
const bothViews = async (how: string): Promise<{ vat: Seen; host: Seen }> => ({
  vat: (await kernel.send('b', 'describe', [kernel.root('a'), how])) as Seen,
  host: seen(await failureOf(kernel.send('a', 'fail', [how]))),
});

describe('an error that a vat rejects with', () => {
  it('carries its cause to vats and to the host', async () => {
    const expected = plain('Error', 'outer', plain('TypeError', 'inner'));
    expect(await bothViews('cause')).toEqual({ vat: expected, host: expected });
  });

  it('carries the errors of an AggregateError', async () => {
    const { vat, host } = await bothViews('aggregate');
    expect(vat).toMatchObject({
      name: 'AggregateError',
      errors: [plain('RangeError', 'a'), plain('Error', 'b')],
    });
    expect(host).toEqual(vat);
  });

  it('keeps the name of its class for the host; to vats it is an Error', async () => {
    const { vat, host } = await bothViews('named');
    expect(host).toEqual(plain('PaymentError', 'no money', plain('PaymentError', 'no bank')));
    expect(vat).toEqual(plain('Error', 'no money', plain('Error', 'no bank')));
  });

  it('has an error in place of a cause that is none', async () => {
    const expected = plain('Error', 'outer', plain('Error', 'just text'));
    expect(await bothViews('textCause')).toEqual({ vat: expected, host: expected });
  });

  it('is cut where it is too deep, too wide, too long, or leads back to itself', async () => {
    let depth = 0;
    for (let at: Seen | '' = (await bothViews('chain')).vat; at !== ''; at = at.cause) depth += 1;
    expect(depth).toBe(9);
    expect((await bothViews('wide')).vat.errors).toHaveLength(64);
    expect((await bothViews('long')).vat).toEqual(plain('Error', 'outer'));
    expect((await bothViews('cycle')).vat).toEqual(plain('Error', 'round', plain('Error', 'and')));
  });

  it('is sent without what only a getter could tell', async () => {
    expect(await bothViews('getter')).toEqual({
      vat: plain('Error', 'outer'),
      host: plain('Error', 'outer'),
    });
  });

  it('has the errorId of the line on the console of its vat', async () => {
    const error = await failureOf(kernel.send('a', 'fail', ['cause']));
    expect(error.errorId).toMatch(/^error:liveSlots:v\d+#\d+$/);
    const cause = error.cause as Received;
    expect(cause.errorId).toMatch(/^error:liveSlots:v\d+#\d+$/);
    const lineWith = (text: string): string =>
      console.find((each) => each.includes(text)) ?? 'no such line';
    expect(lineWith(`(${error.errorId})`)).toMatch(/Error/);
    expect(lineWith(`(${cause.errorId})`)).toMatch(/TypeError/);
  });

  it('keeps its parts in data', async () => {
    const [{ error }] = (await kernel.send('a', 'data')) as [{ error: Received }];
    expect(seen(error)).toEqual(plain('Error', 'in data', plain('RangeError', 'behind')));
    expect(error.errorId).toBeDefined();
    expect(Object.isFrozen(error)).toBe(true);
  });

  it('keeps its cause through a vat that passes it on', async () => {
    const error = await failureOf(kernel.send('b', 'relay', [kernel.root('a'), 'cause']));
    expect(seen(error)).toEqual(plain('Error', 'outer', plain('TypeError', 'inner')));
  });
});

describe('an error of the host', () => {
  it('carries its cause and errors to a vat, and back', async () => {
    const error = new AggregateError([new RangeError('a'), 'text'], 'all', {
      cause: new LimitError('limit'),
    });
    const vat = (await kernel.send('a', 'read', [error])) as Seen;
    expect(vat).toEqual({
      name: 'AggregateError',
      message: 'all',
      cause: plain('Error', 'limit'),
      errors: [plain('RangeError', 'a'), plain('Error', 'text')],
    });
    expect(seen((await kernel.send('a', 'echo', [error])) as Received)).toEqual(vat);
  });

  it('is not changed by being sent', async () => {
    const cause = new Error('behind');
    const error = new Error('sent', { cause });
    await kernel.send('a', 'read', [[error]]);
    expect(Object.isFrozen(error) || Object.isFrozen(cause)).toBe(false);
  });

  it('is sent without what cannot be read behind it', async () => {
    const trap = (): never => {
      throw new Error('trapped');
    };
    const traps = { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap };
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    const error = Object.assign(new Error('outer'), {
      cause: new Proxy(new Error('x'), traps),
      errors: proxy,
    });
    const { message, errors } = (await kernel.send('a', 'read', [error])) as Seen;
    expect({ message, errors }).toEqual({ message: 'outer', errors: [] });
  });

  it('that a service throws carries its cause to vats and to the host', async () => {
    const behind = plain('TypeError', 'behind', plain('Error', 'text'));
    const host = await failureOf(kernel.send('creator', 'callService', ['failing', 'x', []]));
    expect(seen(host)).toMatchObject({ message: 'too much', cause: behind });
    expect(await kernel.send('b', 'describe', [service as KernelRef])).toEqual(
      plain('Error', 'too much', behind),
    );
  });

  it('that a service throws keeps its name where no vat passes it on', async () => {
    const error = await failureOf((service as KernelRef).send('anything'));
    expect(seen(error)).toEqual(
      plain('LimitError', 'too much', plain('TypeError', 'behind', plain('Error', 'text'))),
    );
  });
});
