/**
 * The vectors of links, run: what a kernel says to its peers, and how it takes what they say.
 *
 *     linkVectors(() => makeMyKernel());
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeTemplates } from './templates.js';
import type {
  LinkKernel,
  LinkLabel,
  LinkRef,
  LinkStep,
  LinkVectorCase,
  LinkVectorFile,
} from './link-vector.js';

const FOLDER = new URL('../../vectors/links/', import.meta.url);

/** All cases, by the file that they are in. */
export const readLinkVectors = (): ReadonlyMap<string, LinkVectorFile> =>
  new Map(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => [
        name.slice(0, -'.json'.length),
        JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as LinkVectorFile,
      ]),
  );

type Performers = {
  readonly [K in LinkStep['do']]: (step: Extract<LinkStep, { do: K }>) => void;
};

const makePerformers = (kernel: LinkKernel): Performers => {
  const templates = makeTemplates();
  const refs = new Map<LinkLabel, LinkRef>();
  const ref = (label: LinkLabel): LinkRef => refs.get(label) ?? expect.fail(`no ref is ${label}`);
  /** A label that is new stands for the reference from now on. */
  const insistRef = (label: LinkLabel, actual: LinkRef): void => {
    if (!refs.has(label)) refs.set(label, actual);
    expect(actual, label).toBe(ref(label));
  };
  return {
    offer: ({ object }) => refs.set(object, kernel.offer(object)),
    find: ({ peer, name, promise }) => refs.set(promise, kernel.find(peer, name)),
    send: ({ to, method, args, promise }) =>
      refs.set(promise, kernel.send(ref(to), method, args.map(ref))),
    answer: ({ promise, value }) => kernel.answer(ref(promise), value === null ? null : ref(value)),
    reject: ({ promise, reason }) => kernel.reject(ref(promise), reason),
    drop: (step) => step.refs.forEach((label) => kernel.drop(ref(label))),
    lose: ({ peer }) => kernel.lose(peer),
    arrive: ({ from, message, is }) =>
      expect(kernel.arrive(from, JSON.stringify(templates.fill(message)))).toBe(is),
    sent: ({ to, messages }) => {
      const actual = kernel.sent(to).map((text): unknown => JSON.parse(text));
      expect(templates.match(messages, actual), JSON.stringify(actual)).toBe(true);
    },
    called: ({ object, method, args, promise }) => {
      const call = kernel.called() ?? expect.fail(`${object} is not called`);
      insistRef(object, call.object);
      expect([call.method, call.args.length]).toEqual([method, args.length]);
      args.forEach((label, i) => insistRef(label, call.args[i] as LinkRef));
      expect(call.promise === null).toBe(promise === null);
      if (promise !== null && call.promise !== null) insistRef(promise, call.promise);
    },
    quiet: () => expect(kernel.called()).toBeUndefined(),
    settled: ({ promise, state, value }) => {
      const actual = kernel.settled(ref(promise));
      expect(actual.state).toBe(state);
      if (value !== undefined) insistRef(value, actual.value ?? expect.fail('it is no object'));
    },
  };
};

const runCase = ({ steps }: LinkVectorCase, kernel: LinkKernel): void => {
  const performers = makePerformers(kernel) as Readonly<Record<string, (step: LinkStep) => void>>;
  steps.forEach((step, i) => {
    try {
      performers[step.do]?.(step);
    } catch (error) {
      throw new Error(`step ${i}, ${JSON.stringify(step)}`, { cause: error });
    }
  });
};

/** @param makeKernel a new kernel, whose name is `s0~1` */
export const linkVectors = (makeKernel: () => LinkKernel): void => {
  describe.each([...readLinkVectors()])('%s', (_file, { cases }) => {
    test.each(cases.map((each) => [each.name, each] as const))('%s', (_name, each) =>
      runCase(each, makeKernel()),
    );
  });
};
