import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeGlobals = [
  'process',
  'Buffer',
  'URL',
  'URLSearchParams',
  'TextEncoder',
  'TextDecoder',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'queueMicrotask',
  'structuredClone',
  'performance',
  'AbortController',
  'AbortSignal',
];
/** What a vat's compartment provides. */
const vatGlobals = [
  'console',
  'harden',
  'assert',
  'Compartment',
  'HandledPromise',
  'E',
  'Far',
  'VatData',
];
const readonly = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '**/fixtures/',
      // Declarations beside those of Node, of no project that has Node's.
      'packages/cooperage/globals/*.d.ts',
      '**/.turbo/',
      '**/.cooperage/',
      'docs/api/',
      'coverage/',
      'benchmarks/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: readonly([...nodeGlobals, ...vatGlobals]) },
  },
  {
    files: ['**/*.{ts,cts}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      // One program for the whole tree: the same that `npm run typecheck` checks.
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // An implementation of an asynchronous port may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Empty interfaces and `{}` mean something in the vocabulary of remotables.
      '@typescript-eslint/no-empty-object-type': 'off',
    },
  },
  {
    // CommonJS: its imports are written as `import x = require(...)`.
    files: ['**/*.cts'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Runs in browsers: a program of its own.
    files: ['packages/inspect/page/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: './packages/inspect/page/tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  // Run in browsers, too.
  ...['chat', 'contract-host'].map((example) => ({
    files: [`examples/${example}/page/**/*.{ts,tsx}`],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: `./examples/${example}/page/tsconfig.json`,
        tsconfigRootDir: import.meta.dirname,
      },
    },
  })),
  {
    // Where a delivery or a syscall goes by its kind, each kind is named: a new one must not pass as the rest.
    files: [
      'packages/{kernel,vat-manager,supervisor,worker-kit,worker-local,worker-thread,worker-quickjs}/src/**/*.{ts,cts}',
      'packages/types/src/records/vat-syscall-shape.ts',
    ],
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false },
      ],
    },
  },
  {
    // Tests feed bad input on purpose.
    files: ['{packages,examples}/*/test/**/*.ts', 'repo-rules/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
