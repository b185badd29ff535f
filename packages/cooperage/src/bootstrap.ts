/**
 * The first message of a kernel: `bootstrap`, to the root of its bootstrap vat. The promise for its answer is kept under
 * a name until it is fulfilled, so that each start can say whether the kernel is set up.
 */
import type { Host, KernelTables } from '@cooperage/kernel';
import {
  CooperageError,
  hasCode,
  isKPromise,
  type KObject,
  type KPromise,
  messageOf,
} from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { BOOTSTRAP_VAT } from './changes/find-changes.js';
import type { Emitter } from './host/events.js';
import { withNames } from './host/codec.js';
import type { KernelRef } from './host/passable.js';
import type { Switchboard } from './host/switchboard.js';
import type { FarRoots } from './links/far-roots.js';

/** How far the bootstrap has come; `error` is what the bootstrap vat rejected it with. */
export type BootstrapState =
  | { readonly state: 'pending' | 'fulfilled' }
  | { readonly state: 'rejected'; readonly error: unknown };

export interface BootstrapPowers {
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly emitter: Emitter;
  /** Waiting for the answer does not set the kernel in motion. */
  readonly manual: boolean;
  /** The name of the vat, as the config says. */
  readonly vat: string | undefined;
  /** Whether the vat is given this service. */
  readonly isGiven: (service: string) => boolean;
  readonly farRoots: FarRoots;
}

export interface Bootstrap {
  /** Undefined where none was sent. */
  state(): BootstrapState | undefined;
  /** It is to be sent when the vats of other kernels are found: `follow` does that. */
  isAwaiting(): boolean;
  /** Sends it as part of an input, or notes that it is to be sent, or that there is none. Then call `follow`. */
  sendIn(host: Host): void;
  /** Waits for the answer of what was sent, in this start or an earlier one. */
  follow(): Promise<unknown>;
  /** @throws {CooperageError} `BAD_ARGUMENT` where it is under way, has succeeded, or the config names no vat for it */
  repeat(): Promise<unknown>;
}

/** The name in the space `host` for the promise of the answer, or for what became of it. */
const NAME = 'bootstrap';
const FULFILLED = 'fulfilled';
/** The vats of other kernels are not found yet. */
const AWAITING = 'awaiting';

/** What an earlier process had pinned is let go of in each start: what is kept under the name stays. */
export const keepBootstrap = (host: Host, { hostNames }: Pick<KernelTables, 'hostNames'>): void => {
  const kept = hostNames.find('host', NAME);
  if (isKPromise(kept)) host.pin(kept);
};

/** Whether an earlier start sent it in vain. */
export const isBootstrapRejected = ({ hostNames, promises }: KernelTables): boolean => {
  const kept = hostNames.find('host', NAME);
  return isKPromise(kept) && promises.get(kept).state === 'rejected';
};

export const makeBootstrap = ({
  runner,
  switchboard,
  emitter,
  manual,
  vat,
  isGiven,
  farRoots,
}: BootstrapPowers): Bootstrap => {
  const { hostNames, promises } = runner.core.kernel.tables;
  const { codec, exports, presences } = switchboard;
  /** By the promise: reading an answer makes references, so that it is read once. */
  const errors = new Map<KPromise, unknown>();

  const kept = (): KPromise | undefined => {
    const name = hostNames.find('host', NAME);
    return isKPromise(name) ? name : undefined;
  };

  const read = (kp: KPromise): unknown => {
    try {
      return codec.decode(promises.getData(kp)).value;
    } catch (error) {
      return new CooperageError('BAD_CAPDATA', `the answer cannot be read: ${messageOf(error)}`);
    }
  };

  const errorOf = (kp: KPromise): unknown => {
    if (!errors.has(kp)) errors.set(kp, read(kp));
    return errors.get(kp);
  };

  const isAwaiting = (): boolean => hostNames.find('host', NAME) === AWAITING;

  const state: Bootstrap['state'] = () => {
    const kp = kept();
    if (isAwaiting()) return { state: 'pending' };
    if (kp === undefined) {
      return hostNames.find('host', NAME) === FULFILLED ? { state: 'fulfilled' } : undefined;
    }
    const row = promises.get(kp);
    if (row.state === 'rejected') return { state: 'rejected', error: errorOf(kp) };
    return { state: row.state === 'fulfilled' ? 'fulfilled' : 'pending' };
  };

  const refs = (space: 'vat' | 'service'): Record<string, KernelRef> =>
    Object.fromEntries(
      [...hostNames.list(space)]
        .filter(([name]) => (space === 'service' ? isGiven(name) : name !== vat))
        .map(([name, kref]) => [name, presences.provide(kref as KObject, name)]),
    );

  const forget = (host: Host): void => {
    const kp = kept();
    if (kp !== undefined) host.unpin(kp);
  };

  const send = (host: Host, name: string, far: Readonly<Record<string, KernelRef>> = {}): void => {
    const root = hostNames.find('vat', name) as KObject;
    forget(host);
    const message = codec.encode(['bootstrap', [{ ...refs('vat'), ...far }, refs('service')]]);
    const kp = exports.naming((_host, nameOf) => host.send(root, withNames(message, nameOf)))(host);
    host.pin(kp);
    host.setName('host', NAME, kp);
    host.setName('host', BOOTSTRAP_VAT, name);
  };

  /** Sends it at once where all vats are of this kernel. */
  const begin = (host: Host, name: string): void => {
    if (farRoots.shards.size === 0) {
      send(host, name);
      return;
    }
    forget(host);
    host.setName('host', NAME, AWAITING);
    host.setName('host', BOOTSTRAP_VAT, name);
  };

  const sendWhenFound = async (): Promise<void> => {
    const far = await farRoots.findAll();
    const name = hostNames.find('host', BOOTSTRAP_VAT);
    if (name === undefined || !isAwaiting()) return;
    await runner.inputSoon((host) => send(host, name, far));
  };

  /** Nothing of the answer is needed any more. */
  const finish = (kp: KPromise): void => {
    void runner
      .inputSoon((host) => {
        if (kept() !== kp) return;
        host.setName('host', NAME, FULFILLED);
        host.unpin(kp);
      })
      // A kernel that is closed finds out at its next start.
      .catch(() => undefined);
  };

  const awaitAnswer = async (kp: KPromise): Promise<unknown> => {
    try {
      const answer = await switchboard.answerOf(kp);
      finish(kp);
      emitter.emit('bootstrapped', {});
      return answer;
    } catch (error) {
      if (!hasCode(error, 'CLOSED')) errors.set(kp, error);
      emitter.emit('bootstrapped', { error });
      throw error;
    }
  };

  const follow: Bootstrap['follow'] = async () => {
    if (isAwaiting()) await sendWhenFound();
    const kp = kept();
    if (kp === undefined) return undefined;
    switch (promises.get(kp).state) {
      case 'unresolved':
        return awaitAnswer(kp);
      case 'fulfilled':
        finish(kp);
        return undefined;
      case 'rejected':
        throw errorOf(kp);
    }
  };

  const refuse = (why: string): never => {
    throw new CooperageError('BAD_ARGUMENT', `bootstrap: ${why}`);
  };

  return {
    state,
    isAwaiting,
    follow,
    sendIn: (host) => {
      if (vat === undefined) host.setName('host', BOOTSTRAP_VAT, '');
      else begin(host, vat);
    },
    repeat: async () => {
      const name = vat ?? refuse('the config names no vat for it; say `"bootstrap": "NAME"` there');
      const now = state()?.state;
      if (now === 'pending') refuse(`"${name}" has not answered yet`);
      if (now === 'fulfilled') {
        refuse(
          'it has succeeded, and is not sent again; to begin again, open the kernel with `fresh: true` (--fresh)',
        );
      }
      runner.input((host) => begin(host, name));
      return manual ? runner.orFailure(follow()) : runner.runWhile(follow());
    },
  };
};

/** What is said at a start, where bootstrap was rejected in an earlier one. */
export const describeRejectedBootstrap = (error: unknown): string =>
  `bootstrap was rejected: ${messageOf(error)}. Correct the cause, then send it again with --bootstrap (\`kernel.bootstrap()\`)`;
