/** Meters: what is left in each, who is charged to it, and more for one of them. */
import { listMeters, type ShownMeter } from '../../inspect/inspect.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { usageError } from '../report-error.js';
import { formatMeters } from '../text/meters.js';
import { withKernel } from '../with-kernel.js';
import { withStore } from '../with-store.js';

export interface MetersOptions extends DirectoryOptions {
  readonly add?: bigint;
}

/** JSON has no numbers as large as that. */
const asJson = ({ remaining, threshold, ...meter }: ShownMeter): object => ({
  ...meter,
  remaining: String(remaining),
  threshold: String(threshold),
});

const say = (
  context: CommandContext,
  directory: string,
  meters: readonly ShownMeter[],
): ExitCode => {
  report(context, { directory, meters: meters.map(asJson) }, () => formatMeters(meters));
  return EXIT.done;
};

export const metersCommand = async (
  context: CommandContext,
  meter: string | undefined,
  options: MetersOptions,
): Promise<ExitCode> => {
  const { add } = options;
  if (add !== undefined && meter !== undefined) {
    return withKernel(
      context,
      options,
      `topping up ${meter}`,
      (kernel) => kernel.meters.topUp(meter, add),
      (kernel, directory) => say(context, directory, kernel.meters.list()),
    );
  }
  if (add !== undefined) throw usageError('say which meter: cooperage meters <meter> --add N');
  return withStore(options, (store, directory) => {
    const meters = listMeters(store, meter);
    return say(context, directory, meters);
  });
};
