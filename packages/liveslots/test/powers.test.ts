import './helpers/lockdown.js';
import { E } from '@endo/eventual-send';
import { Far } from '@endo/pass-style';
import { M } from '@endo/patterns';
import { describe, expect, test } from 'vitest';
import { makeMarshaller } from '../src/published.js';
import { cap, FakeVatstore, makeFakeSyscall, message } from './helpers/fake-kernel.js';
import { makeFakeGc } from './helpers/gc-tools.js';
import { makeVat, type BuildRoot } from './helpers/vat.js';

describe('D', () => {
  test('calls a device and gives its answer, within the crank', async () => {
    const seen: unknown[] = [];
    const vat = await makeVat(
      ({ D }) =>
        Far('root', {
          use(device: unknown) {
            seen.push(D(device).ring(1, 'x'));
          },
          misuse(device: unknown) {
            for (const bad of [
              () => D(D(device)),
              () => D({}),
              () => D(device).ring(Promise.resolve()),
            ]) {
              try {
                bad();
              } catch (error) {
                seen.push((error as Error).message);
              }
            }
          },
        }),
      { callNow: (() => cap('#"rung"')) as never },
    );
    expect(await vat.send(message('o+0', 'use', '["$0.Alleged: device"]', ['d-1']))).toEqual([
      ['callNow', 'd-1', 'ring', cap('#[1,"x"]')],
    ]);
    await vat.send(message('o+0', 'misuse', '["$0.Alleged: device"]', ['d-1']));
    expect(seen[0]).toBe('rung');
    expect(seen.slice(1).join()).toMatch(/D\(D\(x\)\) is invalid.*must be given a device.*Promise/);
  });
});

describe('disavow', () => {
  const build: BuildRoot = ({ disavow }) =>
    Far('root', {
      give: (x: object) => disavow(x),
      async use(x: any) {
        disavow(x);
        await E(x).hello();
      },
    });

  test('is there only if it is asked for', async () => {
    let powers: any;
    await makeVat((p) => ((powers = p), Far('root', {})));
    expect(powers.disavow).toBe(undefined);
  });

  test('drops at once, and ends a vat that goes on using what it gave up', async () => {
    const vat = await makeVat(build, { options: { enableDisavow: true } });
    expect(await vat.send(message('o+0', 'give', '["$0.Alleged: x"]', ['o-1']))).toEqual([
      ['dropImports', ['o-1']],
    ]);
    const log = await vat.send(message('o+0', 'use', '["$0.Alleged: x"]', ['o-2']));
    expect(log.map(([tag, isFailure]) => [tag, isFailure])).toEqual([
      ['dropImports', ['o-2']],
      ['exit', true],
    ]);
  });
});

describe('an option', () => {
  test('lets a durable kind change its shape', async () => {
    const version =
      (shape: object): BuildRoot =>
      ({ VatData }, _parameters, baggage) => {
        if (!baggage.has('kind')) baggage.init('kind', VatData.makeKindHandle('kind'));
        VatData.defineDurableKind(baggage.get('kind'), () => ({ x: 1 }), {}, { stateShape: shape });
        return Far('root', {});
      };
    const store = new FakeVatstore();
    await makeVat(version({ x: M.number() }), { store });
    await expect(makeVat(version({ x: M.string() }), { store })).rejects.toThrow(/mismatch/);
    await makeVat(version({ x: M.string() }), { store, options: { allowStateShapeChanges: true } });
  });

  test('lets everything count as durable, but promises', async () => {
    await makeVat(
      ({ VatData }) => {
        const map = VatData.makeScalarBigMapStore('m', { durable: true });
        map.init('heap', Far('heap', {}));
        expect(() => map.init('p', Object.freeze(Promise.resolve()))).toThrow(/not durable/);
        return Far('root', {});
      },
      { options: { relaxDurabilityRules: true } },
    );
  });

  test('that is changed later is reported, because there is none', async () => {
    const vat = await makeVat(() => Far('root', {}));
    expect(await vat.send(['changeVatOptions', { reapInterval: 1 }])).toEqual([]);
    expect(vat.console.map(({ level }) => level)).toEqual(['warn']);
  });
});

test('stopVat makes no syscall', async () => {
  const vat = await makeVat(() => Far('root', {}));
  expect(await vat.deliver(['stopVat', cap('#"#undefined"')])).toEqual([]);
});

test('bringOutYourDead answers how much is held, by table', async () => {
  const vat = await makeVat(() => Far('root', {}));
  expect(await vat.dispatch(['bringOutYourDead'])).toMatchObject({
    exportedRemotables: 1,
    importedVPIDs: 0,
    possiblyDeadSet: 0,
  });
});

test('a marshaller can be had without a vat', () => {
  const { m } = makeMarshaller(makeFakeSyscall().syscall, makeFakeGc().gcTools);
  const thing = Far('thing', {});
  const data = m.toCapData(thing);
  expect(data).toEqual(cap('#"$0.Alleged: thing"', ['o+1']));
  expect(m.fromCapData(data)).toBe(thing);
});
