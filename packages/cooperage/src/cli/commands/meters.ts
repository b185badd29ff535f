/** Meters: what is left in each, who is charged to it, and more for one of them. */
import type { SentMeter } from '../../control/looks.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { withLooker, withOperator } from '../operator.js';
import { usageError } from '../report-error.js';
import { formatMeters } from '../text/meters.js';

export interface MetersOptions extends DirectoryOptions {
  readonly add?: bigint;
}

const say = (
  context: CommandContext,
  directory: string,
  meters: readonly SentMeter[],
): ExitCode => {
  report(context, { directory, meters }, () => formatMeters(meters));
  return EXIT.done;
};

export const metersCommand = async (
  context: CommandContext,
  meter: string | undefined,
  options: MetersOptions,
): Promise<ExitCode> => {
  const { add } = options;
  if (add !== undefined && meter === undefined) {
    throw usageError('say which meter: cooperage meters <meter> --add N');
  }
  if (add === undefined || meter === undefined) {
    return withLooker(options, async ({ directory, look }) =>
      say(context, directory, await look('meters', meter === undefined ? {} : { meter })),
    );
  }
  const attempt = { label: `topping up ${meter}` };
  return withOperator(context, options, attempt, async ({ directory, call, look }) => {
    await call('meters.topUp', { meter, computrons: String(add) });
    return say(context, directory, await look('meters', {}));
  });
};
