/** `@endo/import-bundle` ships no types: as much of them as is used here. */
declare module '@endo/import-bundle' {
  export interface ImportBundleOptions {
    readonly filePrefix: string;
    readonly endowments: Readonly<Record<string, unknown>>;
    readonly transforms: readonly ((source: string) => string)[];
    readonly inescapableGlobalProperties: Readonly<Record<PropertyKey, unknown>>;
  }
  export function importBundle(
    bundle: { readonly moduleFormat: string },
    options: ImportBundleOptions,
  ): Promise<unknown>;
}
