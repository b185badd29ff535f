/** The bundles of a thread's vats, each read and compiled once. */
import { CooperageError, messageOf, scriptNameOf } from '@cooperage/types';

export interface CompiledScript {
  /**
   * Compiles it for global objects that have these constants.
   * @throws {CooperageError} `BAD_BUNDLE` where it is no expression that SES takes
   */
  readonly prepare: (constants: readonly string[]) => void;
  /**
   * The value of the script for one vat.
   * @throws {CooperageError} `BAD_BUNDLE` as above
   */
  readonly run: (global: object) => unknown;
}

/** @param name what the script is called in stacks */
export type CompileScript = (source: string, name: string) => CompiledScript;

/** A bundle of Cooperage's own form: one script. */
export interface VatScript {
  readonly source: string;
  /** What the script is called in stacks. */
  readonly name: string;
  /** Absent where SES evaluates it for each vat. */
  readonly compiled: CompiledScript | undefined;
  /** Names that the vat's code may give to properties of its global object at any time. */
  readonly globals: readonly string[];
}

/** Any other, for `@endo/import-bundle`. */
export interface ForeignBundle {
  readonly moduleFormat: string;
}

interface OwnBundle {
  readonly source: string;
  readonly cooperage: {
    readonly globals?: readonly string[];
    /** A hash. */
    readonly sourceMap?: string;
  };
}

const parse = (text: string): object => {
  let bundle: unknown;
  try {
    bundle = JSON.parse(text);
  } catch (cause) {
    throw new CooperageError('BAD_BUNDLE', `the bundle is not JSON (${messageOf(cause)})`);
  }
  if (typeof bundle !== 'object' || bundle === null || !('moduleFormat' in bundle)) {
    throw new CooperageError('BAD_BUNDLE', 'the bundle has no moduleFormat');
  }
  return bundle;
};

const isOwn = (bundle: object): bundle is OwnBundle => {
  const { source, cooperage } = bundle as Partial<OwnBundle>;
  return typeof source === 'string' && typeof cooperage === 'object' && cooperage !== null;
};

export type ReadBundle = (
  text: string,
) =>
  | { readonly script: VatScript; readonly foreign?: never }
  | { readonly script?: never; readonly foreign: ForeignBundle };

/** Bundles that are kept. */
const KEPT = 64;

/** @param compile how the engine compiles; where it is left out, SES evaluates the script for each vat */
export const makeBundleReader = (compile?: CompileScript): ReadBundle => {
  const scripts = new Map<string, VatScript>();

  const keep = (text: string, script: VatScript): void => {
    scripts.delete(text);
    for (const oldest of scripts.keys()) {
      if (scripts.size < KEPT) break;
      scripts.delete(oldest);
    }
    scripts.set(text, script);
  };

  return (text) => {
    const known = scripts.get(text);
    if (known !== undefined) {
      keep(text, known);
      return { script: known };
    }
    const bundle = parse(text);
    if (!isOwn(bundle)) return { foreign: bundle as ForeignBundle };
    const { source, cooperage } = bundle;
    const name = scriptNameOf(cooperage.sourceMap ?? '');
    const made: VatScript = {
      source,
      name,
      compiled: compile?.(source, name),
      globals: cooperage.globals ?? [],
    };
    keep(text, made);
    return { script: made };
  };
};
