/**
 * What the host of a world does. It keeps nothing in memory: all that it knows
 * of its own progress is in the tables, so that after a crash it goes on from
 * where the tables are. What an input does is a function of the seed and of the
 * tables.
 */
import {
  errorCapData,
  type CapData,
  type DeliveryNumber,
  type Divergence,
  type KRef,
} from '@cooperage/types';
import { type Host, keys, type Core } from '@cooperage/kernel';
import {
  encodeCall,
  encodeList,
  encodeLone,
  encodeSole,
  type Payload,
  type Ref,
  tokensOf,
  type Token,
  UNKNOWN,
} from '../vats/payload.js';
import { makeRandom, type Random } from '../random.js';
import { endVat, rootOf } from './ending.js';
import { makeHostedThings } from './hosted-things.js';
import { BUNDLE, makeVatActs } from './vat-acts.js';
import type { WorldCounts } from '../world/world-counts.js';
import type { WorldOptions } from '../world/world-options.js';

export interface HostProgram {
  /** An input that is due by itself; undefined when the program is over. */
  readonly isOver: boolean;
  /** The last vats have done what they were asked to, and nothing is on its way. */
  readonly isFinished: boolean;
  /** How far the program has come. */
  readonly progress: number;
  /** In `issue` order: whether the next input happens before anything else does. */
  isDue(): boolean;
  /** What the next input is. */
  next(): 'settle' | 'input' | undefined;
  /** The tables have changed. */
  changed(): void;
  /** Does the next input of the program. */
  input(): string;
  /** Deals with one output. */
  settle(): string;
}

const PROGRESS = 'inputs';
/** What is said of a vat that is put in quarantine. */
const DIVERGENCE: Divergence = {
  n: 1 as DeliveryNumber,
  index: 0,
  expected: undefined,
  actual: undefined,
};
const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };

export const makeHostProgram = (
  core: Core,
  options: WorldOptions,
  counts: Pick<WorldCounts, 'hosted' | 'hostRestarts'>,
  sent: (payload: Payload) => void,
): HostProgram => {
  const { tables } = core.kernel;
  const { counters, creations, hostNames, outputs, rows, vats } = tables;
  const { seed, inputs, profile } = options;

  const progress = (): number => Number(hostNames.find('host', PROGRESS) ?? 0);
  const last = inputs + 5;

  const pins = (): KRef[] =>
    [...rows.keys('pin.', 'pin/')].map((key) => key.slice('pin.'.length) as KRef);

  const tokenOf = (kref: KRef): Token => hostNames.find('host', `token.${kref}`) ?? UNKNOWN;
  const refTo = (kref: KRef): Ref<KRef> => ({ slot: kref, token: tokenOf(kref) });

  const keep = (host: Host, kref: KRef, token: Token): void => {
    host.pin(kref);
    if (token !== UNKNOWN) setToken(kref, token);
  };

  const setToken = (kref: KRef, token: Token): void => {
    hostNames.set('host', `token.${kref}`, token);
  };
  const hostedThings = makeHostedThings(core, { of: tokenOf, set: setToken });

  const someRefs = (random: Random): Ref<KRef>[] => {
    const known = pins();
    if (known.length === 0) return [];
    return Array.from({ length: random.below(3) }, () => refTo(random.pick(known)));
  };

  const send = (host: Host, random: Random, id: string): void => {
    const targets = pins().filter((kref) => !tokenOf(kref).startsWith('host:'));
    if (targets.length === 0) return;
    const target = random.pick(targets);
    const result: Token = `host:${id}`;
    const head = { id, to: tokenOf(target), result, fuel: profile.fuel };
    const refs = someRefs(random);
    if (profile.hosted > 0 && random.chance(profile.hosted)) {
      refs.push(hostedThings.provide(host, random));
      counts.hosted += 1;
    }
    host.send(target, encodeCall('m', head, refs));
    sent({ ...head, tokens: refs.map(({ token }) => token) });
  };

  const { createVat, fork, upgrade } = makeVatActs(core, options, { keep, someRefs });

  const begin = (host: Host, random: Random): void => {
    hostNames.set('bundle', 'scripted', BUNDLE);
    const admin = host.provideVatAdmin();
    const service = host.provideService('service');
    keep(host, admin, 'kernel:vatAdmin');
    keep(host, service, 'host:service');
    for (let i = 0; i < options.vats; i += 1) createVat(host, random, pins().map(refTo));
  };

  const randomInput = (host: Host, random: Random, id: string): void => {
    const kind = random.weighted({
      send: 12,
      unpin: 2,
      create: 1,
      terminate: 1,
      pin: 1,
      upgrade: 2,
      reap: 1,
      quarantine: 1,
      release: 1,
      fork: 2,
      hosted: profile.hosted * 4,
      restart: profile.hosted,
    });
    if (kind === 'hosted') {
      hostedThings.change(host, random);
      return;
    }
    if (kind === 'restart') {
      host.breakHosted();
      counts.hostRestarts += 1;
      return;
    }
    const known = pins();
    if (kind === 'create' && profile.admin > 0) {
      createVat(host, random, someRefs(random));
      return;
    }
    if (kind === 'fork') {
      const facets = known.filter((kref) => tokenOf(kref) === 'kernel:admin');
      if (facets.length > 0) fork(host, random, random.pick(facets));
      return;
    }
    if (kind === 'quarantine') {
      // What has no history yet cannot take another course.
      const begun = vats.list().filter((vatID) => creations.find(vatID) === undefined);
      if (begun.length === 0) return;
      const vatID = random.pick(begun);
      host.quarantine(vatID, DIVERGENCE);
      const remedy = makeRandom(`${seed}/remedy/${id}`);
      if (remedy.chance(0.4)) upgrade(host, remedy, vatID);
      return;
    }
    if (kind === 'release') {
      for (const vatID of vats.list()) if (random.chance(0.5)) host.release(vatID);
      return;
    }
    if (kind === 'upgrade' || kind === 'reap') {
      const alive = vats.list();
      if (alive.length === 0) return;
      const vatID = random.pick(alive);
      if (kind === 'reap') host.bringOutYourDead(vatID);
      else upgrade(host, random, vatID);
      return;
    }
    if (kind === 'terminate' && profile.exit > 0 && random.chance(0.3)) {
      const alive = vats.list();
      if (alive.length > 1) {
        host.terminateVat(
          random.pick(alive),
          true,
          errorCapData('the host wants it'),
          'the host wants it',
        );
      }
      return;
    }
    if (kind === 'unpin' && known.length > 3) host.unpin(random.pick(known));
    else if (kind === 'pin' && known.length > 0) host.pin(random.pick(known));
    else send(host, random, id);
  };

  /** Before the end: what they do then may make vats, which shall hear of the end as well. */
  const releaseAll = (host: Host): void => {
    host.breakHosted();
    for (const vatID of vats.list()) host.release(vatID);
  };

  const finish = (host: Host): void => {
    for (const vatID of vats.list()) {
      const root = rootOf(tables, vatID);
      const { zygote, creator } = vats.options(vatID);
      // Some zygotes would not hear what the host has to say.
      const isDeaf = zygote === true && creator !== undefined;
      if (root === undefined || isDeaf) endVat(tables, host, vatID);
      else {
        const head = { id: `finish.${vatID}`, to: UNKNOWN, result: null, fuel: 0 };
        host.send(root, encodeCall<KRef>('finish', head, []));
      }
    }
  };

  const unpinAll = (host: Host): void => {
    host.forgetPins();
    for (const [name] of [...hostNames.list('host')]) {
      if (name !== PROGRESS) hostNames.delete('host', name);
    }
  };

  const input = (): string => {
    const place = progress();
    const random = makeRandom(`${seed}/host/${place}`);
    core.input((host) => {
      hostNames.set('host', PROGRESS, String(place + 1));
      if (place === 0) begin(host, random);
      else if (place <= inputs) randomInput(host, random, `h${place}`);
      else if (place === inputs + 1) releaseAll(host);
      else if (place === inputs + 2) finish(host);
      else if (place === inputs + 3) unpinAll(host);
      else vats.list().forEach((vatID) => endVat(tables, host, vatID));
    });
    return `input ${place}`;
  };

  const firstOutput = (): number | undefined => {
    for (const [number] of outputs.list()) return number;
    return undefined;
  };

  const ending = (): boolean => progress() > inputs;

  const settle = (): string => {
    const number = firstOutput() as number;
    const random = makeRandom(`${seed}/output/${number}`);
    core.input((host) => {
      const output = outputs.find(number);
      if (output === undefined) return;
      const data = output[0] === 'call' ? output[2].methargs : tables.promises.getData(output[1]);
      const tokens = tokensOf(data);
      const refs = data.slots.map((slot, i) => ({ slot, token: tokens[i] as Token }));
      if (!ending() && refs.length > 0 && random.chance(0.5)) {
        const { slot, token } = random.pick(refs);
        keep(host, slot, token);
      }
      if (output[0] === 'notify') {
        host.settleOutput(number);
        return;
      }
      const awaited = refs.filter(({ slot }) => slot.startsWith('kp'));
      const found = refs.filter(({ slot }) => slot.startsWith('ko'));
      const answer =
        awaited.length > 0 && random.chance(0.3)
          ? encodeLone(random.pick(awaited))
          : found.length > 0 && random.chance(0.5)
            ? encodeSole(random.pick(found))
            : random.chance(0.5)
              ? encodeList(refs)
              : NOTHING;
      const isReject = random.chance(0.2);
      host.settleOutput(number, { isReject, data: answer });
    });
    return `settle ${number}`;
  };

  const findNext = (): 'settle' | 'input' | undefined => {
    if (firstOutput() !== undefined) return 'settle';
    return progress() < last ? 'input' : undefined;
  };

  let known: { readonly next: 'settle' | 'input' | undefined } | undefined;
  const next = (): 'settle' | 'input' | undefined => (known ??= { next: findNext() }).next;

  return {
    get isOver() {
      return next() === undefined;
    },
    get isFinished() {
      return progress() === inputs + 3 && firstOutput() === undefined && core.isIdle();
    },
    get progress() {
      return progress();
    },
    isDue: () => {
      const what = next();
      if (what === undefined) return false;
      if (core.isIdle()) return true;
      // The end is played in order: nothing of it begins before the last part is over.
      if (what === 'input' && ending()) return false;
      const at = counters.read('k.retired');
      return makeRandom(
        `${seed}/due/${at}/${progress()}/${counters.read(keys.counter('output'))}/${firstOutput()}`,
      ).chance(0.12);
    },
    next,
    changed: () => {
      known = undefined;
    },
    input,
    settle,
  };
};
