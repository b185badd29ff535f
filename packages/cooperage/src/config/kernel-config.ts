/** What a user writes, and what becomes of it. The tables in `settings.ts` say what each setting means. */
import type { DefaultVatOptions, Order, StoredVatOptions, VatOptionsIn } from '@cooperage/types';
import type { GATEWAY_LIMITS } from './gateway-settings.js';
import type { KernelSettings } from './settings.js';

/** A vat that is there from the beginning. */
export type VatConfig = (
  | {
      /**
       * The vat's module: a path relative to the config file, or a module of an installed package
       * (`some-package/vat.js`). JavaScript or TypeScript, or a bundle that `cooperage bundle` made (`.json`).
       */
      readonly source: string;
      readonly bundle?: undefined;
    }
  | {
      /** A name from `bundles`. */
      readonly bundle: string;
      readonly source?: undefined;
    }
) & {
  /** Plain data for `buildRootObject`. */
  readonly parameters?: unknown;
  /** Names of services that the vat is given as `services` of its parameters. */
  readonly services?: readonly string[];
  /** In a cluster, the shard whose kernel runs the vat. */
  readonly shard?: string;
} & VatOptionsIn<'config'>;

/** Computrons that vats share. */
export interface MeterConfig {
  /** What they may use before it is topped up; digits where a number cannot say it. */
  readonly remaining: number | bigint | string;
  /** Those who wait for it are told when less is left. */
  readonly threshold?: number | bigint | string;
}

/** How clients reach objects of vats. */
export interface GatewayConfig {
  /** `HOST:PORT`. */
  readonly listen?: string;
  readonly path?: string;
  readonly publicUrl?: string;
  readonly origins?: readonly string[];
  readonly limits?: Partial<GatewayLimits>;
  /** Vats by the names under which `cooperage urls --issue` finds their root objects. */
  readonly expose?: Readonly<Record<string, string>>;
}

/** What one client may use. */
export type GatewayLimits = { readonly [Name in keyof typeof GATEWAY_LIMITS]: number };

/** A kernel as it is declared. Options of vats at this level hold for vats that do not say. */
export interface KernelConfig extends KernelSettings, DefaultVatOptions {
  /** The JSON Schema by which an editor checks the file. */
  readonly $schema?: string;
  /** The vat whose root is sent `bootstrap` with the roots of all vats when the kernel is new. */
  readonly bootstrap?: string;
  readonly vats: Readonly<Record<string, VatConfig>>;
  /** Code from which vats may be made at run time, by name. */
  readonly bundles?: Readonly<Record<string, { readonly source: string }>>;
  /** What vats are charged to, by the names that they give as `meter`. */
  readonly meters?: Readonly<Record<string, MeterConfig>>;
  /** Modules of the host, by the names under which vats list them. */
  readonly services?: Readonly<Record<string, string>>;
  /** The gateway that `cooperage serve` opens. */
  readonly gateway?: GatewayConfig;
  /** Where the kernel keeps its state; relative to the config file. */
  readonly directory?: string;
}

/** What a vat may use together with what it makes, and what it is charged to. */
export type VatAllowances = Pick<VatOptionsIn<'config'>, 'meter' | 'vatQuota' | 'memoryQuota'>;

export interface ResolvedVat extends StoredVatOptions, VatAllowances {
  readonly name: string;
  /** Absolute path of the module, or of a ready-made bundle. */
  readonly source: string;
  /** The name in `bundles` that it was given by, where it was. */
  readonly bundle?: string;
  /** Undefined where none were given. */
  readonly parameters: unknown;
  /** Undefined where it lists none. */
  readonly services: readonly string[] | undefined;
  /** Undefined where it names none. */
  readonly shard?: string;
  /** Its options as the config alone says them: of the vat, or else of vats that do not say. */
  readonly said: Readonly<Record<string, unknown>>;
}

/** A checked config: defaults filled in, paths absolute, every file there. */
export interface ResolvedConfig extends Pick<
  KernelSettings,
  'history' | 'threads' | 'maxVatsOnline' | 'maxMegabytes' | 'rejectPausedAfter'
> {
  /** The file that it came from, where it came from one. */
  readonly file: string | undefined;
  readonly bootstrap: string | undefined;
  /** In the order in which they are written. */
  readonly vats: Readonly<Record<string, ResolvedVat>>;
  readonly bundles: Readonly<Record<string, { readonly source: string }>>;
  readonly meters: Readonly<
    Record<string, { readonly remaining: bigint; readonly threshold: bigint }>
  >;
  /** Absolute paths of modules. */
  readonly services: Readonly<Record<string, string>>;
  readonly order: Order;
  readonly seed: number;
  readonly heapLimit: number;
  readonly snapshotInterval: number;
  /** What was said for vats that do not say. */
  readonly usual: DefaultVatOptions;
  readonly directory: string | undefined;
  readonly gateway: GatewayConfig | undefined;
}
