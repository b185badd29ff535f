/** `cooperage quarantine`: lists vats whose replay diverged, releases and terminates them. */
import type { QuarantinedVat } from '../../quarantine.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { withLooker, withOperator } from '../operator.js';
import { usageError } from '../report-error.js';
import { harmless } from '../text/words.js';

export interface QuarantineOptions extends DirectoryOptions {
  readonly release?: boolean;
  /** Why. */
  readonly terminate?: string;
}

const formatQuarantined = (vats: readonly QuarantinedVat[]): string[] =>
  vats.length === 0
    ? ['no vat is in quarantine']
    : vats.flatMap(({ vatID, name, inbox, n, index, expected, actual }) => [
        harmless(
          `${vatID} ${name}: did not repeat delivery ${n}; ${inbox} deliveries wait in its inbox`,
        ),
        harmless(`  syscall ${index} was  ${expected ?? '(none)'}`),
        harmless(`  and is now  ${actual ?? '(none)'}`),
      ]);

const say = (
  context: CommandContext,
  directory: string,
  vats: readonly QuarantinedVat[],
): ExitCode => {
  report(context, { directory, vats }, () => formatQuarantined(vats));
  return vats.length === 0 ? EXIT.done : EXIT.failed;
};

export const quarantineCommand = async (
  context: CommandContext,
  vat: string | undefined,
  options: QuarantineOptions,
): Promise<ExitCode> => {
  const { release = false, terminate } = options;
  if (!release && terminate === undefined) {
    return withLooker(options, async ({ directory, look }) => {
      const vats = await look('quarantined');
      if (vat === undefined) return say(context, directory, vats);
      const { vatID } = await look('show', { vat });
      return say(
        context,
        directory,
        vats.filter((each) => each.vatID === vatID),
      );
    });
  }
  if (vat === undefined) throw usageError('say which vat: cooperage quarantine <vat> --release');
  if (release && terminate !== undefined) {
    throw usageError('give either --release or --terminate, not both');
  }
  const label = release ? `releasing ${vat}` : `terminating ${vat}`;
  return withOperator(context, options, { label }, async ({ directory, call, look }) => {
    if (release) await call('quarantine.release', { vat });
    else await call('terminate', { vat, reason: terminate });
    return say(context, directory, await look('quarantined'));
  });
};
