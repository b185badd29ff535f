/** Vats whose history took another course when it was run again: which, and what to do about them. */
import { makeKernelTables } from '@cooperage/kernel';
import { listQuarantined, type QuarantinedVat } from '../../quarantine.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { usageError } from '../report-error.js';
import { harmless } from '../text/words.js';
import { withKernel } from '../with-kernel.js';
import { withStore } from '../with-store.js';

export interface QuarantineOptions extends DirectoryOptions {
  readonly release?: boolean;
  /** Why. */
  readonly terminate?: string;
}

const formatQuarantined = (vats: readonly QuarantinedVat[]): string[] =>
  vats.length === 0
    ? ['no vat is in quarantine']
    : vats.flatMap(({ vatID, name, inbox, n, index, expected, actual }) => [
        harmless(`${vatID} ${name}: did not repeat delivery ${n}; ${inbox} wait in its inbox`),
        harmless(`  syscall ${index} was  ${expected ?? '(none)'}`),
        harmless(`  and is now  ${actual ?? '(none)'}`),
      ]);

const act = async (
  context: CommandContext,
  vat: string,
  options: QuarantineOptions,
): Promise<ExitCode> =>
  withKernel(
    context,
    options,
    options.release === true ? `releasing ${vat}` : `ending ${vat}`,
    ({ quarantine }) =>
      options.release === true
        ? quarantine.release(vat)
        : quarantine.terminate(vat, options.terminate as string),
    ({ quarantine }, directory) => {
      const vats = quarantine.quarantined();
      report(context, { directory, vats }, () => formatQuarantined(vats));
      return vats.length === 0 ? EXIT.done : EXIT.failed;
    },
  );

export const quarantineCommand = async (
  context: CommandContext,
  vat: string | undefined,
  options: QuarantineOptions,
): Promise<ExitCode> => {
  if (options.release !== true && options.terminate === undefined) {
    return withStore(options, (store, directory) => {
      const vats = listQuarantined(makeKernelTables(store.tables));
      report(context, { directory, vats }, () => formatQuarantined(vats));
      return vats.length === 0 ? EXIT.done : EXIT.failed;
    });
  }
  if (vat === undefined) throw usageError('say which vat: cooperage quarantine <vat> --release');
  if (options.release === true && options.terminate !== undefined) {
    throw usageError('give either --release or --terminate, not both');
  }
  return act(context, vat, options);
};
