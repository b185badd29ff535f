/** The part that is used here: the package declares no types of its own. */
declare module '@endo/captp' {
  export interface CapTPOptions {
    readonly onReject?: (reason: unknown) => void;
    readonly gcImports?: boolean;
    readonly makeCapTPImportExportTables?: (options: never) => never;
  }
  export const makeCapTP: (
    ourId: string,
    send: (message: Record<string, unknown>) => void,
    bootstrap?: unknown,
    options?: CapTPOptions,
  ) => {
    readonly dispatch: (message: Record<string, unknown>) => boolean;
    readonly abort: (reason?: unknown) => void;
    readonly getBootstrap: () => Promise<unknown>;
  };
}
