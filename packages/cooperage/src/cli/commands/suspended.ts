/** Vats that used up what they may use and stand still: which, and what to do about them. */
import { listVats, type VatSummary } from '../../inspect/inspect.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { usageError } from '../report-error.js';
import { formatStandstills } from '../text/standstill.js';
import { withKernel } from '../with-kernel.js';
import { withStore } from '../with-store.js';

export interface SuspendedOptions extends DirectoryOptions {
  readonly resume?: boolean;
  readonly computronLimit?: number;
}

const say = (context: CommandContext, directory: string, all: readonly VatSummary[]): number => {
  const vats = all.filter(({ standstill }) => standstill?.kind === 'suspended');
  report(
    context,
    {
      directory,
      vats: vats.map(({ vatID, name, inbox, standstill }) => ({
        vatID,
        name,
        inbox,
        ...standstill,
      })),
    },
    () => (vats.length === 0 ? ['no vat is suspended'] : formatStandstills(vats)),
  );
  return vats.length;
};

export const suspendedCommand = async (
  context: CommandContext,
  vat: string | undefined,
  options: SuspendedOptions,
): Promise<ExitCode> => {
  const { resume, computronLimit } = options;
  if (resume !== true && computronLimit === undefined) {
    return withStore(options, (store, directory) => {
      const left = say(context, directory, listVats(store).vats);
      return left === 0 ? EXIT.done : EXIT.failed;
    });
  }
  if (vat === undefined) throw usageError('say which vat: cooperage suspended <vat> --resume');
  const left = await withKernel(
    context,
    options,
    `resuming ${vat}`,
    async (kernel) => {
      if (computronLimit === undefined) kernel.suspension.resume(vat);
      else await kernel.changeOptions(vat, { computronLimit });
    },
    (kernel, directory) => say(context, directory, listVats(kernel.store).vats),
  );
  return left === 0 ? EXIT.done : EXIT.failed;
};
