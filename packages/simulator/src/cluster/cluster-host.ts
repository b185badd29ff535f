/** What the host of one kernel of several does: its tables remember how far its program has come. */
import type { Core, Host } from '@cooperage/kernel';
import {
  type BundleID,
  type CapData,
  type DeliveryNumber,
  type Divergence,
  type KObject,
  type KRef,
  type PeerID,
  type VatID,
} from '@cooperage/types';
import {
  ageOf,
  encodeCall,
  encodeList,
  type Payload,
  type Ref,
  type Token,
  tokensOf,
  UNKNOWN,
} from '../vats/payload.js';
import { endVat, rootOf } from '../host/ending.js';
import { makeRandom, type Random } from '../random.js';
import type { ClusterOptions } from './cluster-options.js';

export interface ClusterHost {
  /** Inputs that were made. */
  readonly progress: number;
  /** Outputs wait to be dealt with. */
  readonly hasOutput: boolean;
  input(): void;
  settle(): void;
}

export interface ClusterHostPowers {
  readonly core: Core;
  readonly self: PeerID;
  readonly options: ClusterOptions;
  /** Kernels that are there now, this one included. */
  readonly peers: () => readonly PeerID[];
  readonly sent: (sender: string, payload: Payload) => void;
}

/** After the inputs of its program: vats that wait go on, all vats let go, the host lets go, all vats end. */
export const ENDING = 4;

const BUNDLE = `b1-${'0'.repeat(128)}` as BundleID;
const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };
const PROGRESS = 'inputs';
/** What is said of a vat that is put in quarantine. */
const DIVERGENCE: Divergence = {
  ...{ n: 1 as DeliveryNumber, index: 0, expected: undefined, actual: undefined },
};

/** The root of the first vat of each kernel is offered to the others. */
const rootToken = (self: PeerID): Token => `v1@${self}:o+0`;

export const makeClusterHost = ({
  core,
  self,
  options,
  peers,
  sent,
}: ClusterHostPowers): ClusterHost => {
  const { tables } = core.kernel;
  const { creations, links, hostNames, outputs, promises, rows, vats } = tables;
  const { seed, inputs, profile, scripts } = options;
  const sender = `host@${self}`;

  const progress = (): number => Number(hostNames.find('host', PROGRESS) ?? 0);
  const pins = (): KRef[] =>
    [...rows.keys('pin.', 'pin/')].map((key) => key.slice('pin.'.length) as KRef);
  const tokenOf = (kref: KRef): Token => hostNames.find('host', `token.${kref}`) ?? UNKNOWN;
  const refTo = (kref: KRef): Ref<KRef> => ({ slot: kref, token: tokenOf(kref) });

  const keep = (host: Host, kref: KRef, token: Token): void => {
    host.pin(kref);
    if (token !== UNKNOWN) hostNames.set('host', `token.${kref}`, token);
  };

  const someRefs = (random: Random): Ref<KRef>[] => {
    const known = pins();
    if (known.length === 0) return [];
    return Array.from({ length: random.below(3) }, () => refTo(random.pick(known)));
  };

  /** @returns the promise for the answer */
  const sendTo = (
    host: Host,
    id: string,
    target: Ref<KRef>,
    refs: readonly Ref<KRef>[],
  ): Ref<KRef> => {
    const age = Math.max(0, ...[target, ...refs].map(({ token }) => ageOf(token) ?? 0)) + 1;
    const head = {
      ...{ id: `${sender}.${id}`, to: target.token, fuel: profile.fuel },
      result: `${sender}:p+${age}.${id}`,
    };
    const answer = host.send(target.slot, encodeCall('m', head, refs));
    sent(sender, { ...head, tokens: refs.map(({ token }) => token) });
    return { slot: answer, token: head.result };
  };

  const send = (host: Host, random: Random, place: number): void => {
    const known = pins().filter((kref) => !tokenOf(kref).startsWith('kernel:'));
    if (known.length === 0) return;
    const target = refTo(random.pick(known));
    sendTo(host, String(place), target, someRefs(random));
  };

  /** Sends all that the host has of this kernel to an object of another one, and then a message to the answer. */
  const ask = (host: Host, place: number): void => {
    const isFar = ({ slot }: Ref<KRef>): boolean => links.far(slot as KObject) !== undefined;
    const known = pins().map(refTo);
    const target = known.find(isFar);
    if (target === undefined) return;
    const own = known.filter((ref) => !isFar(ref));
    sendTo(host, `${place}.1`, sendTo(host, String(place), target, own), []);
  };

  const createVat = (host: Host, random: Random): KObject => {
    const { vatID, root } = host.createVat(
      {
        name: `vat${vats.list().length + 1}`,
        bundleID: BUNDLE,
        window: 1 + random.below(options.window),
        ownThread: false,
        crankTimeLimit: 1_000,
        reapInterval: random.pick([0, 3, 20]),
        enablePipelining: random.chance(0.5),
        liveslots: 'scripted',
      },
      encodeList(pins().map(refTo)),
    );
    keep(host, root, `${vatID}@${self}:o+0`);
    return root;
  };

  const begin = (host: Host, random: Random): void => {
    host.join(self);
    const roots = Array.from({ length: options.vats }, () => createVat(host, random));
    host.offer('root', roots[0]);
  };

  const upgrade = (host: Host, random: Random, vatID: VatID): void => {
    host.upgradeVat(vatID, {
      bundleID: BUNDLE,
      ...(random.chance(0.9) && { vatParameters: encodeList(someRefs(random)) }),
      upgradeMessage: 'the host wants it',
    });
  };

  const fork = (host: Host, random: Random): void => {
    const facets = pins().filter(
      (kref) => tokenOf(kref) === 'kernel:admin' && links.far(kref as KObject) === undefined,
    );
    if (facets.length === 0) return;
    const refs = someRefs(random);
    const wanted = refs.map(({ slot }, i) => `${slot.startsWith('kp') ? '&' : '$'}${i}`);
    host.send(random.pick(facets), {
      body: `#${JSON.stringify(['fork', [wanted, {}]])}`,
      slots: refs.map(({ slot }) => slot),
    });
  };

  const quarantine = (host: Host, random: Random): void => {
    // What has no history yet cannot take another course.
    const begun = vats.list().filter((vatID) => creations.find(vatID) === undefined);
    if (begun.length === 0) return;
    const vatID = random.pick(begun);
    host.quarantine(vatID, DIVERGENCE);
    if (random.chance(0.4)) upgrade(host, random, vatID);
  };

  const releaseAll = (host: Host): void => vats.list().forEach((vatID) => host.release(vatID));

  const changeVat = (host: Host, random: Random): void => {
    const kind = random.pick(['upgrade', 'fork', 'quarantine', 'release']);
    const alive = vats.list();
    if (kind === 'fork') fork(host, random);
    else if (kind === 'quarantine') quarantine(host, random);
    else if (kind === 'release') releaseAll(host);
    else if (alive.length > 0) upgrade(host, random, random.pick(alive));
  };

  const randomInput = (host: Host, random: Random, place: number): void => {
    const others = peers().filter((peer) => peer !== self && !links.isLost(peer));
    const change = profile.admin > 0 ? 4 : 0;
    const kind = random.weighted({
      ...{ send: 12, find: 4, unpin: 2, pin: 1, reap: 2, terminate: 0.3, change },
    });
    const known = pins();
    const alive = vats.list();
    // Kernels know of each other early.
    if (place <= 2 && others.length > 0) {
      host.find(random.pick(others), 'root');
      return;
    }
    if (kind === 'change') {
      changeVat(host, random);
      return;
    }
    if (kind === 'find' && others.length > 0) host.find(random.pick(others), 'root');
    else if (kind === 'unpin' && known.length > 2) host.unpin(random.pick(known));
    else if (kind === 'pin' && known.length > 0) host.pin(random.pick(known));
    else if (kind === 'reap' && alive.length > 0) host.bringOutYourDead(random.pick(alive));
    else if (kind === 'terminate' && profile.exit > 0 && alive.length > 1) {
      host.terminateVat(random.pick(alive), true, NOTHING, 'the host wants it');
    } else {
      send(host, random, place);
    }
  };

  const act = (host: Host, random: Random, place: number): void => {
    const script = scripts?.[self];
    if (script === undefined) {
      randomInput(host, random, place);
      return;
    }
    const [other] = peers().filter((peer) => peer !== self);
    const what = script[place - 1];
    if (what === 'find' && other !== undefined) host.find(other, 'root');
    else if (what === 'ask') ask(host, place);
  };

  const finish = (host: Host): void => {
    host.offer('root');
    for (const vatID of vats.list()) {
      const root = rootOf(tables, vatID);
      if (root === undefined) endVat(tables, host, vatID);
      else {
        const head = { id: `finish.${vatID}@${self}`, to: UNKNOWN, result: null, fuel: 0 };
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

  const firstOutput = (): number | undefined => {
    for (const [number] of outputs.list()) return number;
    return undefined;
  };

  return {
    get progress() {
      return progress();
    },
    get hasOutput() {
      return firstOutput() !== undefined;
    },
    input: () => {
      const place = progress();
      const random = makeRandom(`${seed}/${self}/host/${place}`);
      core.input((host) => {
        hostNames.set('host', PROGRESS, String(place + 1));
        if (place === 0) begin(host, random);
        else if (place <= inputs) act(host, random, place);
        else if (place === inputs + 1) releaseAll(host);
        else if (place === inputs + 2) finish(host);
        else if (place === inputs + 3) unpinAll(host);
        else vats.list().forEach((vatID) => endVat(tables, host, vatID));
      });
    },
    settle: () => {
      const number = firstOutput();
      if (number === undefined) return;
      const random = makeRandom(`${seed}/${self}/output/${number}`);
      core.input((host) => {
        const output = outputs.find(number);
        if (output?.[0] !== 'notify') return;
        const data = promises.getData(output[1]);
        const [first] = data.slots;
        const home = first === undefined ? undefined : links.far(first as KObject)?.home;
        // What was found under a name says nothing of itself.
        const tokens =
          data.body === '#"$0"' && home !== undefined ? [rootToken(home)] : tokensOf(data);
        const isEnding = progress() > inputs + 1;
        data.slots.forEach((slot, i) => {
          if (!isEnding && random.chance(0.6)) keep(host, slot, tokens[i] ?? UNKNOWN);
        });
        host.settleOutput(number);
      });
    },
  };
};
