import { CooperageError, type KObject, type KRef } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { keepBootstrap } from '../bootstrap.js';
import { isTimerPart, type Timer } from '../services/timer/index.js';
import { asService } from './service.js';
import type { Switchboard } from './switchboard.js';

export interface InstallPowers {
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly services: Readonly<Record<string, object>>;
  readonly timer: Timer;
  /** What was pinned is still held: a test killed the kernel, and not the process. */
  readonly isSameHost: boolean;
}

/**
 * Connects the host's services to their objects in the kernel, which are made the first time. The process that was
 * here before holds nothing any more: what it had pinned is let go of, and its own objects break.
 *
 * @throws {CooperageError} `SERVICE_NOT_FOUND` for one that the kernel knows and the host does not give,
 *   `NAME_IN_USE`, `BAD_ARGUMENT`
 */
export const installServices = ({
  runner,
  switchboard,
  services,
  timer,
  isSameHost,
}: InstallPowers): void => {
  const { tables } = runner.core.kernel;
  const { hostNames } = tables;
  const missing = [...hostNames.list('service')]
    .map(([name]) => name)
    .filter((name) => name !== 'vatAdmin' && !isTimerPart(name) && !(name in services));
  if (missing.length > 0) {
    throw new CooperageError(
      'SERVICE_NOT_FOUND',
      `vats of this kernel may have references to these services, which are missing: ${missing.join(', ')}; give them under "services" in the config, or to openKernel`,
    );
  }
  if ('vatAdmin' in services) {
    throw new CooperageError(
      'NAME_IN_USE',
      'the service name "vatAdmin" is reserved for the kernel',
    );
  }
  const checked = Object.entries(services).map(([name, given]) => ({
    name,
    given,
    service: asService(name, given),
  }));
  runner.input((host) => {
    if (!isSameHost) {
      host.forgetPins();
      for (const [, kref] of hostNames.list('vat')) host.pin(kref as KObject);
      for (const [, kref] of hostNames.list('kept')) host.pin(kref as KRef);
      keepBootstrap(host, tables);
    }
    host.provideVatAdmin();
    host.breakHosted();
    for (const { name, service, given } of checked) {
      switchboard.addService(host.provideService(name), name, service, given);
    }
    timer.install(host, isSameHost);
  });
};
