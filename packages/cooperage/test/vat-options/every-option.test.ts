/** Every option of the table, through every door by which it may be given. */
import {
  CHANGEABLE_VAT_OPTIONS,
  type OptionPlace,
  VAT_OPTION_NAMES,
  vatOption,
  type VatOptionName,
  type VatWorkerSpec,
  vatOptionsIn,
} from '@cooperage/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkConfig } from '../../src/config/check-config.js';
import { type CooperageKernel, type KernelConfig, openKernel } from '../../src/index.js';
import { CHILD, makeWatchedWorkers, MAKER, observe, OF_WORKERS, POTS } from './observed.js';
import { forbiddenIn, namesIn, SAMPLES, valuesOf } from './samples.js';

interface Opened {
  readonly kernel: CooperageKernel;
  readonly specs: ReadonlyMap<string, VatWorkerSpec>;
}

const open = async (
  config: Omit<KernelConfig, 'bootstrap' | 'meters' | 'bundles'>,
  overrides: object = {},
): Promise<Opened> => {
  const { workers, specs } = makeWatchedWorkers();
  const kernel = await openKernel({
    ...overrides,
    workers,
    log: () => undefined,
    on: { console: () => undefined },
    config: { bootstrap: 'maker', meters: POTS, bundles: { child: CHILD }, ...config },
  });
  await kernel.run();
  return { kernel, specs };
};

/** What was given for the vat is what kernel and workers have. */
const expectArrived = (
  { kernel, specs }: Opened,
  vat: string,
  option: VatOptionName,
  value: unknown = SAMPLES[option],
): void => {
  expect(value).not.toEqual(vatOption(option).default);
  expect(observe(kernel, vat, option)).toEqual(value);
  if (OF_WORKERS.includes(option)) {
    expect(specs.get(vat)?.[option as keyof VatWorkerSpec]).toEqual(value);
  }
};

const withMeter = (options: Readonly<Record<string, unknown>>, meter: unknown): object =>
  'meter' in options ? { ...options, meter } : options;

/** Makes the vats of a maker; no more is said of them than `said`. */
const makeVats = async (
  { kernel }: Opened,
  said: (place: OptionPlace) => Readonly<Record<string, unknown>>,
): Promise<void> => {
  const pot = kernel.meters.facet('pot');
  await kernel.createVat('host', { ...said('host'), bundle: 'child' });
  await kernel.send('maker', 'create', ['child', { ...withMeter(said('vat'), pot), name: 'vat' }]);
  const engine = said('vat')['engine'] === undefined ? {} : { engine: said('vat')['engine'] };
  await kernel.send('maker', 'create', ['child', { ...engine, name: 'parent' }]);
  await kernel.send('maker', 'fork', ['parent', { ...withMeter(said('fork'), pot), name: 'fork' }]);
  // A fork gets its worker with the first message.
  await kernel.send('maker', 'ask', ['fork', 'increment']);
};

describe('an option that is given for one vat arrives there:', () => {
  const said = (place: OptionPlace) => valuesOf(namesIn(place));
  let opened: Opened;
  beforeAll(async () => {
    opened = await open({
      vats: {
        maker: MAKER,
        config: { ...CHILD, ...said('config') },
        elsewhere: { ...CHILD, liveslots: SAMPLES.liveslots },
        plain: CHILD,
      },
    });
    await makeVats(opened, said);
    const { kernel } = opened;
    const liveslots = SAMPLES.liveslots as string;
    await kernel.createVat('host elsewhere', { bundle: 'child', liveslots });
    await kernel.send('maker', 'create', ['child', { liveslots, name: 'vat elsewhere' }]);
    await kernel.send('maker', 'create', ['child', { engine: 'quickjs', name: 'changed' }]);
    const changes = valuesOf(CHANGEABLE_VAT_OPTIONS);
    await kernel.changeOptions('plain', changes);
    await kernel.send('maker', 'change', ['changed', changes]);
    await kernel.send('plain', 'increment');
    await kernel.send('maker', 'ask', ['changed', 'increment']);
  });
  afterAll(() => opened.kernel.close());

  for (const place of ['config', 'host', 'vat', 'fork'] as const) {
    test.each(namesIn(place))(`in ${place}, %s`, (option) => expectArrived(opened, place, option));
  }
  test.each(['elsewhere', 'host elsewhere', 'vat elsewhere'])('liveslots, of the vat "%s"', (vat) =>
    expectArrived(opened, vat, 'liveslots'),
  );
  for (const vat of ['plain', 'changed']) {
    test.each(CHANGEABLE_VAT_OPTIONS)(`changed in "${vat}", %s`, (option) =>
      expectArrived(opened, vat, option),
    );
  }
});

const usual = valuesOf(namesIn('default'));
const vatsThatDoNotSay = { maker: { source: MAKER.source }, config: CHILD };
const nothingSaid = (): Readonly<Record<string, unknown>> => ({});

describe.each([
  ['at the top level of the config', () => open({ ...usual, vats: vatsThatDoNotSay })],
  ['as an option of openKernel', () => open({ vats: vatsThatDoNotSay }, usual)],
] as const)('an option that is given %s arrives at vats that do not say:', (_, openIt) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openIt();
    await makeVats(opened, nothingSaid);
  });
  afterAll(() => opened.kernel.close());

  for (const vat of ['config', 'host', 'vat', 'fork']) {
    test.each(namesIn('default'))(`those of ${vat}, %s`, (option) =>
      expectArrived(opened, vat, option),
    );
  }
});

test('liveslots at the top level of the config are those of all vats that do not say', async () => {
  const opened = await open({ liveslots: SAMPLES.liveslots, vats: vatsThatDoNotSay });
  await makeVats(opened, nothingSaid);
  for (const vat of ['config', 'host', 'vat', 'fork']) expectArrived(opened, vat, 'liveslots');
  await opened.kernel.close();
});

describe('what the table does not allow is refused with the name of the option:', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open({ vats: { maker: MAKER, plain: CHILD } });
    await opened.kernel.send('maker', 'create', ['child', { name: 'parent' }]);
  });
  afterAll(() => opened.kernel.close());

  const complaint = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return (error as Error).message + (error as { path?: string[] }).path?.join('.');
    }
    return 'accepted';
  };
  const config = forbiddenIn(vatOptionsIn('config'));
  test.each(config)('by a config, of a vat, %s: %o', (name, value) => {
    const wrong = { vats: { a: { source: './a.js', [name]: value } } };
    expect(complaint(() => checkConfig(wrong))).toContain(`vats.a.${name}`);
  });
  test.each(forbiddenIn(vatOptionsIn('default')))('by a config, %s: %o', (name, value) => {
    const wrong = { [name]: value, vats: { a: { source: './a.js' } } };
    expect(complaint(() => checkConfig(wrong))).toContain(name);
  });
  test.each(forbiddenIn(namesIn('default')).filter(([name]) => name !== 'liveslots'))(
    'by openKernel, %s: %o',
    async (name, value) => {
      const opening = openKernel({ [name]: value, config: { vats: { a: CHILD } } });
      await expect(opening).rejects.toMatchObject({
        code: 'BAD_ARGUMENT',
        message: expect.stringContaining(name) as string,
      });
    },
  );
  test.each(forbiddenIn(vatOptionsIn('host')))('by createVat, %s: %o', async (name, value) => {
    const request = opened.kernel.createVat('refused', { bundle: 'child', [name]: value });
    await expect(request).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringContaining(name) as string,
    });
  });
  test.each(forbiddenIn(CHANGEABLE_VAT_OPTIONS))(
    'by changeOptions, %s: %o',
    async (name, value) => {
      await expect(opened.kernel.changeOptions('plain', { [name]: value })).rejects.toMatchObject({
        code: 'BAD_ARGUMENT',
        message: expect.stringContaining(name) as string,
      });
    },
  );

  test.each([
    ['createVat', 'tryCreate', 'child', vatOptionsIn('vat')],
    ['fork', 'tryFork', 'parent', vatOptionsIn('fork')],
    ['changeOptions', 'tryChange', 'parent', CHANGEABLE_VAT_OPTIONS],
  ] as const)('by %s, which a vat calls', async (call, method, of, allowed) => {
    const forbidden = forbiddenIn(allowed);
    const requests = forbidden.map(([name, value]) => ({ [name]: value }));
    const answers = (await opened.kernel.send('maker', method, [of, requests])) as string[];
    const wrong = forbidden.flatMap(([name, value], i) => {
      const answer = answers[i] as string;
      return answer.includes(name) && answer.includes(call) ? [] : [{ name, value, answer }];
    });
    expect(wrong).toEqual([]);
    expect(answers).toHaveLength(forbidden.length);
  });

  test('and leaves nothing behind', () => {
    expect(opened.kernel.stats().vats).toBe(3);
  });
});

test('each option of the table may be given somewhere, and has a default that the samples are not', () => {
  expect(VAT_OPTION_NAMES.filter((name) => vatOption(name).where.length === 0)).toEqual([]);
  expect(VAT_OPTION_NAMES.filter((name) => vatOption(name).default === SAMPLES[name])).toEqual([]);
});
