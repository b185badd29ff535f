/** The kernel's vectors, on our core. */
import { kernelVectors, type KernelDump, type VectorKernel } from '@cooperage/compliance';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import {
  errorCapData,
  type CapData,
  type DeliveryNumber,
  type KObject,
  type KPromise,
  type KRef,
  type NumberedDelivery,
  type Order,
  type VatID,
} from '@cooperage/types';
import { isOrphan } from '../../src/index.js';
import { checkTables } from '../../src/check/check.js';
import { makeCore } from '../../src/core/core.js';
import { BUNDLE_ID, data } from './a-kernel.js';

const makeVectorKernel = (order: Order): VectorKernel => {
  const { tables: rows, transcripts } = makeKernelStore(makeMemoryBackend());
  const open = () => makeCore({ tables: rows, transcripts, order });
  let core = open();
  const vatIDs = new Map<string, VatID>();
  const roots = new Map<string, KObject>();
  let handedOut: ReturnType<VectorKernel['deliveries']>[number][] = [];

  const nameOf = (vatID: string): string => {
    for (const [name, each] of vatIDs) if (each === vatID) return name;
    return vatID;
  };
  const idOf = (name: string): VatID => {
    const vatID = vatIDs.get(name);
    if (vatID === undefined) throw new Error(`no vat ${name}`);
    return vatID;
  };
  const gather = (): void => {
    for (const effect of core.takeEffects()) {
      if (effect.type !== 'deliver') continue;
      const delivery = JSON.parse(effect.text) as NumberedDelivery;
      handedOut.push({ vat: nameOf(effect.vatID), delivery });
    }
  };
  const krefs = (prefix: string): string[] =>
    [...core.kernel.tables.rows.keys(prefix, `${prefix}:`)].filter((key) => !key.includes('.'));

  const dump = (): KernelDump => {
    const { tables } = core.kernel;
    const alive = [...vatIDs].filter(([, vatID]) => tables.vats.isAlive(vatID));
    const promises: Record<string, KernelDump['promises'][string]> = {};
    const held: string[] = [];
    for (const key of krefs('kp')) {
      const row = tables.promises.get(key as KPromise);
      promises[key] = {
        state: row.state,
        decider: row.decider === undefined ? null : nameOf(row.decider),
        subscribers: row.subscribers.map(nameOf),
        queue: tables.promises
          .messages(key as KPromise, row)
          .map(({ methargs, result }) => ({ methargs, result })),
        data: row.state === 'unresolved' ? null : tables.promises.getData(key as KPromise),
      };
      for (const each of row.subscribers) if (each === 'host') held.push(key);
    }
    for (const key of tables.rows.keys('pin.', 'pin/')) {
      for (let i = tables.pins.read(key); i > 0; i -= 1) held.push(key.slice('pin.'.length));
    }
    for (const [, { root, result }] of tables.creations.list()) held.push(root, result);
    for (const [, output] of tables.outputs.list()) held.push(output[1]);
    for (const [, vatID] of alive) {
      const upgrade = tables.upgradesInProgress.find(vatID);
      const requests = tables.inboxes
        .list(vatID)
        .flatMap(({ work }) => (work[0] === 'upgrade' ? [work[1]] : []));
      for (const { result, vatParameters } of [
        ...requests,
        ...(upgrade === undefined ? [] : [upgrade.request]),
      ]) {
        held.push(result, ...(vatParameters?.slots ?? []));
      }
    }
    return {
      clists: Object.fromEntries(
        alive.map(([name, vatID]) => [
          name,
          Object.fromEntries(
            [...tables.cLists.list(vatID)].map(([vref, { kref, reachable }]) => [
              vref,
              { kref, reachable },
            ]),
          ),
        ]),
      ),
      objects: Object.fromEntries(
        krefs('ko').map((key) => {
          const { owner, reachable, recognizable } = tables.objects.get(key as KObject);
          return [key, [isOrphan(owner) ? null : nameOf(owner), reachable, recognizable] as const];
        }),
      ),
      promises,
      inboxes: Object.fromEntries(
        alive.map(([name, vatID]) => [name, tables.inboxes.list(vatID).map(({ work }) => work)]),
      ),
      alive: Object.fromEntries(
        [...vatIDs].map(([name, vatID]) => [name, tables.vats.isAlive(vatID)]),
      ),
      held,
    };
  };

  return {
    dump,
    createVat: ({ name, window, pipelining }, parameters) => {
      const { vatID, root } = core.input((host) => {
        const made = host.createVat(
          {
            name,
            bundleID: BUNDLE_ID,
            window,
            ownThread: false,
            crankTimeLimit: 1,
            liveslots: 'x',
            ...(pipelining ? { enablePipelining: true } : {}),
          },
          data(...(parameters as KRef[])),
        );
        host.pin(made.root);
        return made;
      });
      vatIDs.set(name, vatID);
      roots.set(name, root);
      return root;
    },
    send: (target, methargs) =>
      core.input((host) => host.send(target as KRef, methargs as CapData<KRef>)),
    terminate: (vat, isFailure) =>
      core.input((host) =>
        host.terminateVat(idOf(vat), isFailure, errorCapData('enough'), 'enough'),
      ),
    upgrade: (vat, parameters) =>
      core.input((host) =>
        host.upgradeVat(idOf(vat), {
          bundleID: BUNDLE_ID,
          vatParameters: data(...(parameters as KRef[])),
          upgradeMessage: 'better now',
        }),
      ),
    release: (vat) => core.input((host) => host.unpin(roots.get(vat) as KObject)),
    arrive: (vat, record) => core.arrived(idOf(vat), record),
    retire: () => {
      const retired = core.retireNext();
      if (retired === undefined) return undefined;
      return { vat: nameOf(retired.vatID), refused: retired.refused !== undefined };
    },
    deliveries: () => {
      gather();
      const taken = handedOut;
      handedOut = [];
      return taken;
    },
    news: () => {
      const heard = [];
      const { outputs, promises } = core.kernel.tables;
      for (const [number, output] of [...outputs.list()]) {
        const promise = output[1] as KPromise;
        heard.push({
          promise,
          isReject: promises.get(promise).state === 'rejected',
          data: promises.getData(promise),
        });
        core.input((host) => host.settleOutput(number));
      }
      return heard;
    },
    restart: () => {
      gather();
      core = open();
      core.resume();
      const { windows } = core.kernel.tables;
      handedOut = [...vatIDs].flatMap(([name, vatID]) => {
        const first = windows.acked(vatID) + 1;
        return windows.list(vatID).map(({ text }, i) => {
          const delivery = JSON.parse(text) as NumberedDelivery;
          if (delivery.n !== ((first + i) as DeliveryNumber)) throw new Error('out of order');
          return { vat: name, delivery };
        });
      });
    },
    check: () => {
      const findings = checkTables(rows);
      if (findings.length > 0) throw new Error(JSON.stringify(findings));
    },
  };
};

kernelVectors(makeVectorKernel);
