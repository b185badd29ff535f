/** A kernel at the prompt, over its control socket or in this process. */
import type { CapData, KPromise, KRef } from '@cooperage/types';
import { makeOutsideCodec } from '../../control/outside-codec.js';
import { E } from '../../host/eventual-send.js';
import type { Operator } from '../operator.js';
import { harmless } from '../text/words.js';
import type { ReplWorld } from './world.js';

interface Answer {
  readonly answer: CapData;
}

/** Answers with an array of names on every object that `Far` or an exo class made. */
const METHOD_NAMES = '__getMethodNames__';

/** What `Far` called an object. */
const ifaceOf = (value: object): string => {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  return typeof tag === 'string' ? tag.replace(/^Alleged: /, '') : 'object';
};

export const makeKernelWorld = async ({
  call,
  look,
}: Pick<Operator, 'call' | 'look'>): Promise<ReplWorld> => {
  const rootNames = new Map<string, string>();
  const vats: Record<string, unknown> = {};

  const answered = async (name: string, args: object): Promise<unknown> =>
    codec.decode(((await call(name, args)) as Answer).answer);

  const send = async (
    target: KRef | Promise<KRef>,
    method: string | undefined,
    args: readonly unknown[],
  ): Promise<unknown> => {
    const data = codec.encode(args, 'args');
    return answered('sendTo', {
      target: await target,
      args: data,
      ...(method !== undefined && { method }),
    });
  };

  const promiseFor = (promise: KPromise): Promise<unknown> => {
    const made = answered('settled', { promise });
    // It may be printed and left alone.
    made.catch(() => undefined);
    return made;
  };

  const codec = makeOutsideCodec({ send, isRoot: (kref) => rootNames.has(kref), promiseFor });

  const refresh = async (): Promise<void> => {
    for (const { vat, kref } of await look('roots')) {
      rootNames.set(kref, vat);
      vats[vat] ??= codec.decode({ body: '#"$0"', slots: [kref] });
    }
  };

  const methodsOf = async (value: object): Promise<readonly string[]> => {
    const names = await send(codec.krefOf(value) as KRef, METHOD_NAMES, []);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  };

  await refresh();
  return {
    globals: { E, vats },
    describe: (value) => {
      const kref = codec.krefOf(value);
      if (kref === undefined) return undefined;
      if (kref.startsWith('kp')) return `[${kref}: a promise]`;
      const root = rootNames.get(kref);
      const what = root === undefined ? ifaceOf(value) : `root of ${root}`;
      return `[${kref}: ${harmless(what)}]`;
    },
    methodsOf,
    isCalledDirectly: false,
    look,
    refresh,
  };
};
