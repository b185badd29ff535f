/**
 * The kernel's own objects: the vat administration and the admin facet of each
 * vat that was made through it. A message to one of them takes effect when the
 * record that sent it is retired, as part of the same crank: it makes no round
 * trip through the host, and so it is as deterministic as the sender.
 */
import {
  CooperageError,
  DEFAULTS,
  defaultWindow,
  errorCapData,
  isBundleID,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  messageOf,
  UNDEFINED_CAPDATA,
  type CapData,
  type VatID,
  type VatOptions,
} from '@cooperage/types';
import type { ChangeOptions } from './change-options.js';
import type { DeviceCall, Messages } from './messages.js';
import { panic } from './panic.js';
import { cutOut, type Json, parseCall, plainString, reasonText } from './smallcaps.js';
import type { KernelTables } from './tables/kernel-tables.js';
import { keys } from './tables/schema.js';
import type { Upgrades } from './upgrades.js';
import {
  badArgument,
  CHANGEABLE,
  changeableOptions,
  optionalString,
  parseChangeableOptions,
  parseOptions,
} from './vat-option-limits.js';
import type { VatLifecycle } from './vat-lifecycle.js';

const CREATE_OPTIONS = new Set(['name', 'vatParameters', ...CHANGEABLE, 'liveslots']);

const UPGRADE_OPTIONS = new Set(['vatParameters', 'upgradeMessage']);

export interface VatAdmin {
  readonly call: DeviceCall;
}

export const makeVatAdmin = (
  tables: KernelTables,
  messages: () => Messages,
  lifecycle: () => VatLifecycle,
  upgrades: () => Upgrades,
  changeOptions: () => ChangeOptions,
): VatAdmin => {
  const { names, references, rows, vats } = tables;

  const findBundle = (call: string, name: string | undefined): VatOptions['bundleID'] => {
    if (name === undefined) {
      throw badArgument(`${call}(bundle, options): the bundle must be a name or a bundle id`);
    }
    const id = names.find('bundle', name) ?? name;
    if (!isBundleID(id)) {
      const known = [...names.list('bundle')].map(([each]) => each).join(', ');
      throw new CooperageError(
        'BUNDLE_NOT_FOUND',
        `${call}: no bundle is named "${name}"; there are: ${known || 'none'}`,
      );
    }
    return id;
  };

  const createVat = (message: Message<KRef>, args: readonly Json[], result: KPromise): void => {
    const bundleName = plainString(args[0]);
    const bundleID = findBundle('createVat', bundleName);
    const options = parseOptions('createVat', args[1], CREATE_OPTIONS);
    const parameters = options['vatParameters'];
    const liveslots =
      optionalString('createVat', options, 'liveslots') ??
      names.find('default', 'liveslots') ??
      DEFAULTS.liveslots;
    lifecycle().create(
      {
        name: optionalString('createVat', options, 'name') ?? (bundleName as string),
        bundleID,
        window: defaultWindow(liveslots),
        ownThread: false,
        crankTimeLimit: DEFAULTS.crankTimeLimit,
        reapInterval: DEFAULTS.reapInterval,
        reapReferences: DEFAULTS.reapReferences,
        ...changeableOptions('createVat', options),
        liveslots,
      },
      parameters === undefined ? UNDEFINED_CAPDATA : cutOut(parameters, message.methargs),
      result,
    );
  };

  const upgrade = (
    vatID: VatID,
    message: Message<KRef>,
    args: readonly Json[],
    result: KPromise,
  ): void => {
    if (!vats.isAlive(vatID)) {
      const end = vats.end(vatID);
      throw new CooperageError(
        'VAT_TERMINATED',
        `upgrade: vat ${end?.name ?? vatID} is no more: ${end?.reason ?? 'it did not start'}`,
      );
    }
    const bundleID = findBundle('upgrade', plainString(args[0]));
    const options = parseOptions('upgrade', args[1], UPGRADE_OPTIONS);
    const parameters = options['vatParameters'];
    upgrades().ask(vatID, {
      bundleID,
      vatParameters:
        parameters === undefined ? UNDEFINED_CAPDATA : cutOut(parameters, message.methargs),
      upgradeMessage: optionalString('upgrade', options, 'upgradeMessage') ?? 'vat upgraded',
      result,
    });
  };

  const callVatAdmin = (
    message: Message<KRef>,
    method: string,
    args: readonly Json[],
    result: KPromise,
  ): void => {
    if (method !== 'createVat') {
      throw badArgument(`the vat administration has no method "${method}"; it has createVat`);
    }
    createVat(message, args, result);
  };

  const callAdminFacet = (
    vatID: VatID,
    message: Message<KRef>,
    method: string,
    args: readonly Json[],
    result: KPromise,
  ): void => {
    switch (method) {
      case 'done':
        lifecycle().whenDone(vatID, result);
        return;
      case 'terminateWithFailure': {
        if (!vats.isAlive(vatID)) {
          messages().settle(result, false, UNDEFINED_CAPDATA);
          return;
        }
        const reason: CapData<KRef> =
          args[0] === undefined
            ? errorCapData('no reason was given')
            : cutOut(args[0], message.methargs);
        const why = reasonText(reason);
        const what = 'ended by its administrator';
        lifecycle().terminate(vatID, true, reason, why === undefined ? what : `${what}: ${why}`);
        messages().settle(result, false, UNDEFINED_CAPDATA);
        return;
      }
      case 'upgrade':
        upgrade(vatID, message, args, result);
        return;
      case 'changeOptions': {
        const changes = parseChangeableOptions('changeOptions', args[0]);
        changeOptions().ask(vatID, changes, result);
        return;
      }
      default:
        throw badArgument(
          `an admin facet has no method "${method}"; it has done, terminateWithFailure, upgrade and changeOptions`,
        );
    }
  };

  return {
    call: (target: KObject, message: Message<KRef>) => {
      const device = rows.get(keys.device(target)) ?? panic(`${target} is no object of the kernel`);
      // The work below may end the vat that holds the result: keep it until it is settled.
      const result =
        message.result === null ? tables.promises.add('kernel') : (message.result as KPromise);
      references.hold(result);
      references.holdMessage(message);
      try {
        const { method, args } = parseCall(message.methargs);
        if (device === 'vatAdmin') callVatAdmin(message, method, args, result);
        else callAdminFacet(device.slice('admin '.length) as VatID, message, method, args, result);
      } catch (error) {
        if (!(error instanceof CooperageError) || error.code === 'KERNEL_PANIC') throw error;
        messages().settle(result, true, errorCapData(messageOf(error)));
      }
      references.releaseMessage(message);
      references.release(result);
    },
  };
};
