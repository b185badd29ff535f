/**
 * The kernel's own objects: the vat administration and the admin facet of each
 * vat that was made through it. A message to one of them takes effect when the
 * record that sent it is retired, as part of the same crank: it makes no round
 * trip through the host, and so it is as deterministic as the sender.
 */
import {
  completeVatOptions,
  CooperageError,
  errorCapData,
  isBundleID,
  isPeerID,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  quoted,
  type RejectedBy,
  UNDEFINED_CAPDATA,
  type CapData,
  type VatID,
  type VatOptions,
} from '@cooperage/types';
import type { ChangeOptions } from './change-options.js';
import type { Forks } from './forks.js';
import type { DeviceCall, Messages, Sender } from '../messages/messages.js';
import type { Meters } from '../meters/meters.js';
import { refusal } from '../messages/routing.js';
import { panic, stopsKernel } from '../panic.js';
import {
  badArgument,
  givenOptions,
  givenQuotas,
  noMethod,
  parseChangeableOptions,
  parseOptions,
  type RequestedOptions,
  usualOptions,
} from './requested-options.js';
import {
  cutOut,
  type Json,
  parseCall,
  plainString,
  reasonText,
  referenceIn,
} from '../smallcaps.js';
import { vatOfAdmin } from '../tables/references/devices.js';
import type { ForkRequest, UpgradeRequest } from '../tables/deliveries/inboxes.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';
import type { Upgrades } from './upgrades.js';
import type { VatLifecycle } from './vat-lifecycle.js';

/** Who asks pays: a message that has lost its sender asks for nothing. */
const insistSender = (call: string, from: Sender): VatID | undefined => {
  if (from === undefined)
    throw badArgument(
      `${call}: the sender of this message is unknown, because the message waited on a promise in an older version; send it again`,
    );
  if (isPeerID(from))
    throw badArgument(
      `${call}: ${from} is a kernel of its own, and nothing here pays for what it asks for; let a vat of this kernel ask`,
    );
  return from === 'host' ? undefined : from;
};

/** The vat whose admin facet is called. */
const vatOf = ({ ends, vats }: KernelTables, device: string): RejectedBy => {
  if (device === 'vatAdmin' || device === 'meter') return {};
  const vat = vatOfAdmin(device);
  const name = vats.isAlive(vat) ? vats.options(vat).name : ends.find(vat)?.name;
  return name === undefined ? { vat } : { vat, name };
};

/** What a message asks for, ready to be done. */
type Act = () => void;

export interface VatAdmin {
  readonly call: DeviceCall;
}

export interface VatAdminPowers {
  readonly tables: KernelTables;
  readonly messages: () => Messages;
  readonly lifecycle: () => VatLifecycle;
  readonly upgrades: () => Upgrades;
  readonly changeOptions: () => ChangeOptions;
  readonly forks: () => Forks;
  readonly meters: () => Meters;
}

export const makeVatAdmin = ({
  tables,
  messages,
  lifecycle,
  upgrades,
  changeOptions,
  forks,
  meters,
}: VatAdminPowers): VatAdmin => {
  const { ends, hostNames, references, rows, vats } = tables;

  const findBundle = (call: string, name: string | undefined): VatOptions['bundleID'] => {
    if (name === undefined) {
      throw badArgument(`${call}(bundle, options): the bundle must be a name or a bundle id`);
    }
    const id = hostNames.find('bundle', name) ?? name;
    if (!isBundleID(id)) {
      const known = [...hostNames.list('bundle')].map(([each]) => each).join(', ');
      throw new CooperageError(
        'BUNDLE_NOT_FOUND',
        `${call}: no bundle is named ${quoted(name)}; there are: ${known || 'none'}`,
      );
    }
    return id;
  };

  const insistAlive = (call: string, vatID: VatID): void => {
    if (vats.isAlive(vatID)) return;
    const end = ends.find(vatID);
    throw new CooperageError(
      'VAT_TERMINATED',
      `${call}: vat ${end?.name ?? vatID} has terminated: ${end?.reason ?? 'it did not start'}`,
    );
  };

  /** The meter that the vat is to be charged to, where the call names one. */
  const meterOption = (
    call: string,
    options: RequestedOptions,
    message: Message<KRef>,
  ): { readonly meter?: KObject } => {
    const json = options.json('meter');
    if (json === undefined) return {};
    const [kref] = referenceIn(json, message.methargs) ?? [];
    if (kref === undefined || !rows.has(keys.meter(kref as KObject))) {
      throw badArgument(`${call}: meter must be a meter, as createMeter makes them`);
    }
    return { meter: kref as KObject };
  };

  const parametersOf = (
    options: RequestedOptions,
    message: Message<KRef>,
  ): CapData<KRef> | undefined => {
    const json = options.json('vatParameters');
    return json === undefined ? undefined : cutOut(json, message.methargs);
  };

  const createVat = (
    message: Message<KRef>,
    args: readonly Json[],
    result: KPromise,
    from: Sender,
  ): Act => {
    const call = 'createVat';
    const bundleName = plainString(args[0]);
    const bundleID = findBundle(call, bundleName);
    const options = parseOptions(call, args[1]);
    const { plain } = options;
    const vatOptions: VatOptions = {
      name: (plain['name'] ?? bundleName) as string,
      bundleID,
      ...completeVatOptions(givenOptions(plain), usualOptions(hostNames)),
      ...meterOption(call, options, message),
    };
    const vatParameters = parametersOf(options, message) ?? UNDEFINED_CAPDATA;
    const maker = insistSender(call, from);
    const quotas = givenQuotas(plain);
    return () => void lifecycle().create(vatOptions, vatParameters, result, maker, quotas);
  };

  const fork = (
    vatID: VatID,
    message: Message<KRef>,
    args: readonly Json[],
    result: KPromise,
    from: Sender,
  ): Act => {
    const call = 'fork';
    insistAlive(call, vatID);
    const [wanted, json] = args;
    if (!Array.isArray(wanted)) {
      throw badArgument('fork(oldRefs, options): oldRefs must be an array of references');
    }
    const objects = (wanted as Json[]).map((each, i) => {
      const named = referenceIn(each, message.methargs);
      if (named === undefined) throw badArgument(`fork: oldRefs[${i}] is not a reference`);
      return named;
    });
    const options = parseOptions(call, json);
    const { plain } = options;
    const request: ForkRequest = {
      objects,
      options: {
        ...givenOptions(plain),
        ...meterOption(call, options, message),
        ...(plain['name'] !== undefined && { name: plain['name'] as string }),
      },
      quotas: givenQuotas(plain),
      from: insistSender(call, from) ?? 'host',
      result,
    };
    return () => forks().ask(vatID, request);
  };

  const upgrade = (
    vatID: VatID,
    message: Message<KRef>,
    args: readonly Json[],
    result: KPromise,
  ): Act => {
    insistAlive('upgrade', vatID);
    const bundleID = findBundle('upgrade', plainString(args[0]));
    const options = parseOptions('upgrade', args[1]);
    const vatParameters = parametersOf(options, message);
    const request: UpgradeRequest = {
      bundleID,
      ...(vatParameters !== undefined && { vatParameters }),
      upgradeMessage: (options.plain['upgradeMessage'] ?? 'vat upgraded') as string,
      result,
    };
    return () => upgrades().ask(vatID, request);
  };

  const planVatAdmin = (
    message: Message<KRef>,
    method: string,
    args: readonly Json[],
    result: KPromise,
    from: Sender,
  ): Act => {
    if (method === 'createMeter') return meters().planCreate(args[0], args[1], result);
    if (method !== 'createVat') {
      throw noMethod(
        `the vat administration has no method ${quoted(method)}; it has createVat and createMeter`,
      );
    }
    return createVat(message, args, result, from);
  };

  const planAdminFacet = (
    vatID: VatID,
    message: Message<KRef>,
    method: string,
    args: readonly Json[],
    result: KPromise,
    from: Sender,
  ): Act => {
    switch (method) {
      case 'done':
        return () => lifecycle().whenDone(vatID, result);
      case 'terminateWithFailure': {
        const settle: Act = () => messages().fulfill(result, UNDEFINED_CAPDATA);
        if (!vats.isAlive(vatID)) return settle;
        const reason: CapData<KRef> =
          args[0] === undefined
            ? errorCapData('no reason was given')
            : cutOut(args[0], message.methargs);
        const why = reasonText(reason);
        const what = 'ended by its administrator';
        return () => {
          lifecycle().terminate(vatID, true, reason, {
            reason: why === undefined ? what : `${what}: ${why}`,
          });
          settle();
        };
      }
      case 'upgrade':
        return upgrade(vatID, message, args, result);
      case 'changeOptions': {
        const changes = parseChangeableOptions(parseOptions(method, args[0]).plain);
        return () => changeOptions().ask(vatID, changes, result);
      }
      case 'fork':
        return fork(vatID, message, args, result, from);
      case 'takeOffline':
        insistAlive(method, vatID);
        return () => forks().askToRest(vatID, result);
      default:
        throw noMethod(
          `an admin facet has no method ${quoted(method)}; it has done, terminateWithFailure, upgrade, changeOptions, fork and takeOffline`,
        );
    }
  };

  /** Reads a message, which a guest may have written as it likes, and changes nothing. */
  const plan = (
    target: KObject,
    device: string,
    message: Message<KRef>,
    result: KPromise,
    from: Sender,
  ): Act => {
    const { method, args } = parseCall(message.methargs);
    if (device === 'vatAdmin') return planVatAdmin(message, method, args, result, from);
    if (device === 'meter') return meters().planCall(target, method, args, result);
    return planAdminFacet(vatOfAdmin(device), message, method, args, result, from);
  };

  return {
    call: (target: KObject, message: Message<KRef>, from: Sender) => {
      const device =
        rows.get(keys.device(target)) ?? panic(`${target} is not an object of the kernel`);
      // The work below may end the vat that holds the result: keep it until it is settled.
      const result =
        message.result === null ? tables.promises.add('kernel') : (message.result as KPromise);
      references.retain(result);
      references.retainMessage(message);
      const reject = (thrown: unknown): void =>
        messages().reject(result, refusal(thrown, vatOf(tables, device)));
      let act: Act | undefined;
      try {
        act = plan(target, device, message, result, from);
      } catch (thrown) {
        // Unless it stops the kernel, any error is the fault of the message, whose result is rejected.
        if (stopsKernel(thrown)) throw thrown;
        reject(thrown);
      }
      try {
        act?.();
      } catch (thrown) {
        if (!(thrown instanceof CooperageError) || stopsKernel(thrown)) throw thrown;
        reject(thrown);
      }
      references.releaseMessage(message);
      references.release(result);
    },
  };
};
