/** How a config differs from what the kernel made of it, and what is said of that. */
import { CooperageError } from '@cooperage/types';

/** An option that the config says otherwise than when it took effect; undefined: it says nothing. */
export interface ChangedOption {
  readonly option: string;
  readonly before: unknown;
  readonly now: unknown;
  /** A vat that is there can be given it. */
  readonly isChangeable: boolean;
}

/** One way in which the kernel is not what its config says. */
export type ConfigChange =
  | {
      /** The vat, or the vats that are made of the bundle, run other code than its source has now. */
      readonly kind: 'code';
      readonly of: 'vat' | 'bundle';
      readonly name: string;
      /** Absolute path. */
      readonly source: string;
      /** When the oldest of the changed files was changed, as ISO 8601. */
      readonly since: string | undefined;
      /** Files that were changed or are new, and modules that are not imported any more. */
      readonly files: readonly string[];
      /** Vats that run the older code, by their ids: with the vat's forks, and those made at run time. */
      readonly vats: readonly string[];
      /** What is wrong with the source, where it cannot be bundled any more. */
      readonly mistake?: string;
      /** An upgrade gave the code that runs, from elsewhere than this source; nothing is known of files then. */
      readonly isByUpgrade?: true;
    }
  | {
      /** The vat was started with other parameters. */
      readonly kind: 'parameters';
      readonly of: 'vat';
      readonly name: string;
      /** When the file of the config was changed, as ISO 8601; undefined where it came from no file. */
      readonly since: string | undefined;
    }
  | {
      /** The vat or meter has other options. */
      readonly kind: 'options';
      readonly of: 'vat' | 'meter';
      readonly name: string;
      readonly options: readonly ChangedOption[];
    }
  | {
      /** The config does not name it any more; it lives on. */
      readonly kind: 'removed';
      readonly of: 'vat' | 'meter';
      readonly name: string;
    }
  | {
      /** It runs here, and the config places it on another shard. */
      readonly kind: 'moved';
      readonly of: 'vat';
      readonly name: string;
      readonly shard: string;
    }
  | {
      /** The vat failed or was terminated; a vat of the config is made once. */
      readonly kind: 'ended';
      readonly of: 'vat';
      readonly name: string;
      readonly reason: string;
    }
  | {
      /** The kernel was made with another bootstrap vat, or with none (`before` is undefined). */
      readonly kind: 'bootstrap';
      readonly of: 'vat';
      readonly name: string;
      readonly before: string | undefined;
    };

export type CodeChange = Extract<ConfigChange, { kind: 'code' }>;
export type OptionsChange = Extract<ConfigChange, { kind: 'options' }>;

/**
 * A start that went on as if nothing had changed would run other code, or with other data, than was asked for. Code of an
 * upgrade was asked for.
 */
export const stopsStart = (change: ConfigChange): boolean =>
  change.kind === 'parameters' ||
  change.kind === 'moved' ||
  (change.kind === 'code' && change.isByUpgrade !== true);

/** What an upgrade of the vats leaves as it is: options that only a new vat can be given. */
export const withoutApplicable = (change: ConfigChange): readonly ConfigChange[] => {
  if (change.kind === 'code' || change.kind === 'parameters') return [];
  if (change.kind !== 'options' || change.of === 'meter') return [change];
  const options = change.options.filter(({ isChangeable }) => !isChangeable);
  return options.length === 0 ? [] : [{ ...change, options }];
};

const MOST_FILES = 5;

const listOf = (all: readonly string[]): string => {
  const more = all.length - MOST_FILES;
  return `${all.slice(0, MOST_FILES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const show = (value: unknown): string =>
  value === undefined ? 'not given' : JSON.stringify(value);

const sinceText = (since: string | undefined): string =>
  since === undefined ? '' : ` since ${since}`;

const describeCode = (change: CodeChange): string => {
  const { of, name, source, since, files, vats, mistake, isByUpgrade = false } = change;
  const what = of === 'vat' ? `vat "${name}" runs` : `vats of the bundle "${name}" run`;
  const isSourceAlone = files.length === 1 && files[0] === source;
  const changed = files.length === 0 || isSourceAlone ? '' : `; changed: ${listOf(files)}`;
  const who = of === 'bundle' || vats.length > 1 ? `; in ${listOf(vats) || 'no vat yet'}` : '';
  const why = mistake === undefined ? '' : `, which cannot be bundled: ${mistake}`;
  if (isByUpgrade) {
    return `${what} code that an upgrade took from elsewhere than its source ${source}${who}; to take its source: --upgrade (\`upgrade: true\`)`;
  }
  return `${what} code that differs from its source ${source}${sinceText(since)}${changed}${who}${why}`;
};

const describeOptions = ({ of, name, options }: OptionsChange): string => {
  const each = options.map(
    ({ option, before, now, isChangeable }) =>
      `${option} was ${show(before)} and is ${show(now)}${isChangeable || of === 'meter' ? '' : ' (for new vats only)'}`,
  );
  const remedy =
    of === 'meter'
      ? `; to add to it: cooperage meters ${name} --add N`
      : options.some(({ isChangeable }) => isChangeable)
        ? '; to change what can be changed: --upgrade (`upgrade: true`)'
        : '';
  return `${of} "${name}" keeps its values, although the config was changed: ${each.join(', ')}${remedy}`;
};

/** One line for people. */
export const describeChange = (change: ConfigChange): string => {
  const { of, name } = change;
  switch (change.kind) {
    case 'code':
      return describeCode(change);
    case 'parameters':
      return `vat "${name}" was started with other parameters than the config has${sinceText(change.since)}`;
    case 'options':
      return describeOptions(change);
    case 'removed':
      return `${of} "${name}" is no longer in the config; it continues unchanged`;
    case 'moved':
      return `vat "${name}" runs here, and the config places it on shard ${change.shard}; a vat stays where it was made, so give it its former shard again`;
    case 'ended':
      return `vat "${name}" has ended, and is not created again: ${change.reason}; to begin again with all vats: --fresh (\`fresh: true\`)`;
    case 'bootstrap':
      return change.before === undefined
        ? `the kernel was made without bootstrap, which the config sends to "${name}" now; --bootstrap (\`kernel.bootstrap()\`) sends it`
        : `bootstrap was sent to "${change.before}", and the config names "${name}" now`;
  }
};

/** What `openKernel` throws where it is not told which to take: what runs, or what the config says. */
export const changedError = (
  configFile: string | undefined,
  changes: readonly ConfigChange[],
  isBootstrapRejected: boolean,
): CooperageError =>
  new CooperageError(
    'CONFIG_CHANGED',
    [
      `the kernel was not started: its vats differ from ${configFile ?? 'the config'} and its sources.`,
      ...changes.map((change) => `  ${describeChange(change)}`),
      ...(isBootstrapRejected
        ? ['  bootstrap was rejected; add --bootstrap to --upgrade to send it again']
        : []),
      'Choose one:',
      '  --upgrade (`upgrade: true`) gives the vats what the config says, and keeps their durable data',
      '  --fresh (`fresh: true`) deletes the kernel with all its data, and begins again',
      '  --ignore-changes (`ignoreChanges: true`) continues with what the vats have',
    ].join('\n'),
  );
