/** Suspended vats: which there are, and what to do about them. */
import type { VatSummary } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { withLooker, withOperator } from '../operator.js';
import { usageError } from '../report-error.js';
import { formatBlockedVats } from '../text/blocked.js';

export interface SuspendedOptions extends DirectoryOptions {
  readonly resume?: boolean;
  readonly computronLimit?: number;
}

const say = (context: CommandContext, directory: string, vats: readonly VatSummary[]): ExitCode => {
  report(
    context,
    {
      directory,
      vats: vats.map(({ vatID, name, inbox, blocked }) => ({
        vatID,
        name,
        inbox,
        ...blocked,
      })),
    },
    () => (vats.length === 0 ? ['no vat is suspended'] : formatBlockedVats(vats)),
  );
  return vats.length === 0 ? EXIT.done : EXIT.failed;
};

export const suspendedCommand = async (
  context: CommandContext,
  vat: string | undefined,
  options: SuspendedOptions,
): Promise<ExitCode> => {
  const { resume, computronLimit } = options;
  if (resume !== true && computronLimit === undefined) {
    return withLooker(options, async ({ directory, look }) => {
      const vats = await look('suspended');
      if (vat === undefined) return say(context, directory, vats);
      const { vatID } = await look('show', { vat });
      return say(
        context,
        directory,
        vats.filter((each) => each.vatID === vatID),
      );
    });
  }
  if (vat === undefined) throw usageError('say which vat: cooperage suspended <vat> --resume');
  const attempt = { label: `resuming ${vat}` };
  return withOperator(context, options, attempt, async ({ directory, call, look }) => {
    if (computronLimit === undefined) await call('suspension.resume', { vat });
    else await call('changeOptions', { vat, options: { computronLimit } });
    return say(context, directory, await look('suspended'));
  });
};
