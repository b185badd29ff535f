/** Vats that the host asks for while the kernel runs. */
import { completeVatOptions } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { ChangeVats } from './change-vats.js';
import type { ResolvedConfig } from './config/config.js';
import { withNames } from './host/codec.js';
import type { KernelRef } from './host/references/kernel-ref.js';
import type { Switchboard } from './host/switchboard.js';
import type { CooperageKernel } from './kernel-api.js';
import { allowancesOf, optionsOf } from './static-vats.js';

interface CreateVatPowers {
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly config: ResolvedConfig;
  readonly changes: ChangeVats;
}

export const makeCreateVat =
  ({ runner, switchboard, config, changes }: CreateVatPowers): CooperageKernel['createVat'] =>
  async (name, request) => {
    const vatOptions = optionsOf(
      name,
      changes.findBundle(request.bundle),
      completeVatOptions(request, config.usual),
    );
    const parameters = switchboard.codec.encode(request.parameters, 'parameters');
    const { charged, quotas } = allowancesOf(runner.core.kernel.tables, request);
    const { result } = runner.input(
      switchboard.exports.naming((host, nameOf) =>
        host.createVat({ ...vatOptions, ...charged }, withNames(parameters, nameOf), quotas),
      ),
    );
    const facets = await runner.runWhile(switchboard.answerOf(result));
    return facets as { root: KernelRef; admin: KernelRef };
  };
