/** What the rules look at: plain data, so that a test can make up a repository that breaks a rule. */

export interface TextFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly homepage?: string;
  readonly repository?: { readonly url: string; readonly directory?: string };
  readonly bugs?: { readonly url: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A workspace that other code may import, or an example. */
export interface Package {
  /** `packages/kernel` */
  readonly folder: string;
  readonly manifest: Manifest;
  /** The folders that its tsconfig.json references. */
  readonly references: readonly string[];
  /** What stands directly in the folder, and in its `src`: `README.md`, `LICENSE`, `src/index.ts`, `test`. */
  readonly entries: readonly string[];
  /** Its source files: TypeScript and JavaScript, tests and vats included. */
  readonly files: readonly TextFile[];
  /** Modules in `fixtures`, which ship: vats that its suites run. */
  readonly fixtures?: readonly TextFile[];
}

export interface Repository {
  readonly packages: readonly Package[];
  /** Every source file, those of the packages included. */
  readonly files: readonly TextFile[];
  /** Markdown that users read, decisions included. */
  readonly documents: readonly TextFile[];
  /** Every file of the tree that a link may lead to. */
  readonly paths: readonly string[];
  /** Where the repository is published. */
  readonly home: string;
  /** The files of docs/adr. */
  readonly decisions: readonly TextFile[];
}

/** Reports what breaks the rule, a line each, with the place first. */
export type Rule = (repository: Repository) => string[];

/** Tests and measurements: they do not ship, and use what the package names for its development. */
export const isTest = (path: string): boolean =>
  /^(packages|examples)\/[^/]+\/(test|bench)\/|^repo-rules\/test\//.test(path);

/** A package's own code, which ships; not its tests. */
export const isShipped = (path: string): boolean => /^packages\/[^/]+\/src\//.test(path);
