/**
 * The kernel's vectors, run: cases of deliveries and syscalls, with the c-lists, counts and queues that follow.
 *
 *     kernelVectors(() => makeMyKernel());
 *
 * The cases are data (`vectors/kernel/*.json`), made for kernels in any language; this runs them for those that
 * can be driven from here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { NumberedDelivery, Order } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { miscounted } from './vector-counts.js';
import { makeNames, type Names } from './vector-names.js';
import type {
  ExpectedState,
  KernelDump,
  Step,
  VectorCase,
  VectorFile,
  VectorKernel,
} from './vector.js';

const FOLDER = new URL('../../vectors/kernel/', import.meta.url);

/** All cases, by the file that they are in. */
export const readKernelVectors = (): ReadonlyMap<string, VectorFile> =>
  new Map(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.json') && name !== 'schema.json')
      .sort()
      .map((name) => [
        name.slice(0, -'.json'.length),
        JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as VectorFile,
      ]),
  );

type Performers = { readonly [K in Step['do']]: (step: Extract<Step, { do: K }>) => void };

/** The kernel's names do not matter, only that each name of the case always means the same. */
const matches = (names: Names, space: string, expected: unknown, actual: unknown): void => {
  expect(names.match(space, expected, actual)).toBeUndefined();
};

const compareState = (names: Names, expected: ExpectedState, dump: KernelDump): void => {
  for (const [vat, clist] of Object.entries(expected.clists ?? {})) {
    const actual = dump.clists[vat] ?? {};
    for (const [name, text] of Object.entries(clist)) {
      const [kref, unreachable] = text.split(' ');
      const entry = actual[names.real(vat, name)];
      expect(entry, `${vat} has ${name}`).toBeDefined();
      matches(names, vat, kref, entry?.kref);
      expect(entry?.reachable, `${vat} reaches ${name}`).toBe(unreachable === undefined);
    }
    expect(Object.keys(actual).sort(), `the c-list of ${vat}`).toEqual(
      Object.keys(clist)
        .map((name) => names.real(vat, name))
        .sort(),
    );
  }
  // What waits can be what gives a name its meaning.
  for (const [vat, inbox] of Object.entries(expected.inboxes ?? {})) {
    matches(names, vat, inbox, dump.inboxes[vat] ?? []);
  }
  for (const [label, object] of Object.entries(expected.objects ?? {})) {
    const actual = dump.objects[names.real('', label)];
    expect(actual ?? 'gone', label).toEqual(object);
  }
  for (const [label, promise] of Object.entries(expected.promises ?? {})) {
    const actual = dump.promises[names.real('', label)];
    if (promise === 'gone' || actual === undefined) expect(actual ?? 'gone', label).toBe(promise);
    else matches(names, '', promise, actual);
  }
  if (expected.promiseCount !== undefined) {
    expect(Object.keys(dump.promises)).toHaveLength(expected.promiseCount);
  }
  for (const [vat, isAlive] of Object.entries(expected.alive ?? {})) {
    expect(dump.alive[vat] ?? false, `${vat} is alive`).toBe(isAlive);
  }
};

const runCase = (kernel: VectorKernel, { vats, steps }: VectorCase): void => {
  const names = makeNames();
  /** Handed out and not looked at. */
  const handedOut = new Map<string, NumberedDelivery[]>();
  /** Handed out and not retired: what a restart must give again. */
  const open = new Map<string, NumberedDelivery[]>();
  let news: ReturnType<VectorKernel['news']>[number][] = [];

  const listOf = <T>(map: Map<string, T[]>, vat: string): T[] => {
    const list = map.get(vat) ?? [];
    map.set(vat, list);
    return list;
  };

  const settle = (): void => {
    for (const { vat, delivery } of kernel.deliveries()) {
      listOf(handedOut, vat).push(delivery);
      listOf(open, vat).push(delivery);
    }
    news.push(...kernel.news());
    const dump = kernel.dump();
    expect(miscounted(dump)).toEqual([]);
    // Deliveries that were handed out to a terminated vat have no effect.
    for (const { name } of vats) {
      if (dump.alive[name] !== false) continue;
      handedOut.delete(name);
      open.delete(name);
    }
    kernel.check?.();
  };

  const retireAll = (): { readonly vat: string; readonly refused: boolean }[] => {
    const retired = [];
    for (let one = kernel.retire(); one !== undefined; one = kernel.retire()) {
      retired.push(one);
      listOf(open, one.vat).shift();
      settle();
    }
    return retired;
  };

  const performers: Performers = {
    send: ({ to, methargs, result }) => {
      names.bind('', result, kernel.send(names.real('', to), names.realize('', methargs)));
    },
    get: ({ vat, n, acked, delivery }) => {
      const next = listOf(handedOut, vat).shift();
      expect(next, `a delivery to ${vat}`).toBeDefined();
      matches(names, vat, delivery, next?.delivery);
      expect(next?.n).toBe(n);
      if (acked !== undefined) expect(next?.acked).toBe(acked);
    },
    quiet: (step) => {
      for (const vat of step.vats) expect(listOf(handedOut, vat), `for ${vat}`).toEqual([]);
    },
    record: ({ vat, n, syscalls, retires, error, refused = false }) => {
      const record = {
        n,
        status: error === undefined ? ['ok'] : ['error', error],
        syscalls: names.realize(vat, syscalls).map((syscall) => [syscall]),
        usage: null,
      };
      kernel.arrive(vat, JSON.stringify(record));
      const retired = retireAll();
      expect(retired.map((each) => each.vat)).toEqual(retires);
      const own = retired.find((each) => each.vat === vat);
      if (own !== undefined) expect(own.refused, 'refused').toBe(refused);
    },
    garble: ({ vat, text }) => {
      kernel.arrive(vat, text);
      expect(retireAll()).toEqual([{ vat, refused: true }]);
    },
    hear: ({ promise, isReject, data }) => {
      const kp = names.real('', promise);
      const heard = news.find((each) => each.promise === kp);
      news = news.filter((each) => each !== heard);
      expect(heard, `news of ${promise}`).toBeDefined();
      matches(names, '', data, heard?.data);
      expect(heard?.isReject).toBe(isReject);
    },
    terminate: ({ vat, isFailure }) => kernel.terminate(vat, isFailure),
    upgrade: ({ vat, knows, result }) => {
      const parameters = knows.map((each) => names.real('', `@${each}`));
      names.bind('', result, kernel.upgrade(vat, parameters));
    },
    release: ({ vat }) => kernel.release(vat),
    restart: () => {
      const seen = new Map([...open].map(([vat, list]) => [vat, list.slice()]));
      kernel.restart();
      const again = new Map<string, NumberedDelivery[]>();
      for (const { vat, delivery } of kernel.deliveries()) listOf(again, vat).push(delivery);
      for (const { name } of vats) {
        expect(again.get(name) ?? [], `handed out again to ${name}`).toEqual(seen.get(name) ?? []);
      }
    },
    state: (step) => compareState(names, step, kernel.dump()),
  };

  for (const vat of vats) {
    const parameters = vat.knows.map((name) => names.real('', `@${name}`));
    names.bind('', `@${vat.name}`, kernel.createVat(vat, parameters));
    settle();
    performers.get({
      do: 'get',
      vat: vat.name,
      n: 1,
      acked: 0,
      delivery: ['startVat', { body: '*', slots: vat.knows.map((name) => `o-${name}` as never) }],
    });
    performers.record({ do: 'record', vat: vat.name, n: 1, syscalls: [], retires: [vat.name] });
  }
  for (const [i, step] of steps.entries()) {
    try {
      (performers[step.do] as (step: Step) => void)(step);
      settle();
    } catch (error) {
      throw new Error(`step ${i + 1}, ${JSON.stringify(step)}`, { cause: error });
    }
  }
  const left = [...handedOut].filter(([, list]) => list.length > 0);
  expect(left, 'handed out, and no step looks at it').toEqual([]);
};

/** @param makeKernel a kernel without vats, that retires in this order */
export const kernelVectors = (makeKernel: (order: Order) => VectorKernel): void => {
  for (const [file, { cases }] of readKernelVectors()) {
    describe(`vectors: ${file}`, () => {
      for (const each of cases) {
        test(each.name, () => runCase(makeKernel(each.order), each));
      }
    });
  }
};
