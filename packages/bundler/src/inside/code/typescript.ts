/**
 * What TypeScript and JSX need beyond what the bundler does by itself: its settings are part of what a bundle is made
 * from; decorators of the current standard are compiled away, because no engine has them yet; parts of one namespace see
 * what the others export; and a pragma names the function that makes elements.
 */
import { dirname } from 'node:path';
import { transform } from 'esbuild';
import { resolveTsconfig } from 'rolldown/experimental';
import { failAt } from '../failures.js';
import { parse, walk } from './syntax.js';

export interface Compiled {
  readonly code: string;
  readonly map?: string;
  /** There are types in it still. */
  readonly isTyped?: boolean;
}

const SCRIPT = /\.([cm]?[jt]s|[jt]sx)$/;
/** What no file with decorators lacks; most others lack it outside of their comments. */
const AT = /(?:^|[\s([{;,}])@[A-Za-z_$([]/gm;

/** Whether what precedes it on its line makes it a comment, as tags of documentation are. */
const isComment = (before: string): boolean =>
  /^\s*\*\s/.test(before) ||
  /(?:^|\s)\/\//.test(before) ||
  before.lastIndexOf('/*') > before.lastIndexOf('*/');

const mayHaveDecorators = (text: string): boolean => {
  for (const { index } of text.matchAll(AT)) {
    const at = text.indexOf('@', index);
    if (!isComment(text.slice(text.lastIndexOf('\n', at) + 1, at))) return true;
  }
  return false;
};

export const langOf = (path: string): 'js' | 'jsx' | 'ts' | 'tsx' => {
  const [, extension = 'js'] = SCRIPT.exec(path) ?? [];
  if (extension === 'tsx') return 'tsx';
  return extension.endsWith('ts') ? 'ts' : 'jsx';
};

const hasDecorators = (path: string, text: string): boolean => {
  if (!mayHaveDecorators(text)) return false;
  const { program } = parse(path, text, { lang: langOf(path), sourceType: 'unambiguous' });
  for (const { node } of walk(program)) if (node.type === 'Decorator') return true;
  return false;
};

/** Namespaces and enums of one name are one: the bundler takes what one part exports for unknown in the others. */
const hasMergedParts = (path: string, text: string): boolean => {
  if (!langOf(path).startsWith('ts')) return false;
  const names = Array.from(
    text.matchAll(/\b(?:enum|namespace|module)\s+([A-Za-z_$][\w$]*)\s*[{.]/g),
    ([, name]) => name,
  );
  return new Set(names).size < names.length;
};

/** `@jsx h` means the classic form, where neither the file nor its settings name the other one. */
const isClassic = (text: string): boolean =>
  /^\s*(?:\/\*\*?|\*|\/\/)\s*@jsx\s+\S/m.test(text) && !/@jsx(?:Runtime|ImportSource)\s/.test(text);

const INSTALLED = /[/\\]node_modules[/\\]/;

interface Settings {
  readonly legacyDecorators: boolean;
  /** How fields of classes are made, where it is said. */
  readonly defineFields: boolean | undefined;
  /** Whether they say how JSX is compiled. */
  readonly jsx: boolean;
  /** The file with the settings, and those that it extends. */
  readonly files: readonly string[];
}

export const makeTypescript = (addInput: (path: string) => void) => {
  /** Of folders of packages that are installed, whose files are not told apart. */
  const known = new Map<string, Settings>();

  const findSettings = (path: string): Settings => {
    const found = resolveTsconfig(path);
    const { experimentalDecorators, jsx, useDefineForClassFields } =
      found?.tsconfig.compilerOptions ?? {};
    return {
      legacyDecorators: experimentalDecorators === true,
      defineFields: useDefineForClassFields,
      jsx: jsx !== undefined,
      files: found?.tsconfigFilePaths ?? [],
    };
  };
  const settingsFor = (path: string): Settings => {
    if (!INSTALLED.test(path)) return findSettings(path);
    const folder = dirname(path);
    const settings = known.get(folder) ?? findSettings(path);
    known.set(folder, settings);
    return settings;
  };

  /** @returns the text as the bundler can have it, or undefined where it is that already */
  return async (path: string, given: string): Promise<Compiled | undefined> => {
    if (!SCRIPT.test(path)) return undefined;
    const settings = settingsFor(path);
    for (const file of settings.files) addInput(file);
    const { legacyDecorators, defineFields } = settings;
    const isJsx = !settings.jsx && /x$/.test(langOf(path)) && isClassic(given);
    const text = isJsx ? given.replace(/@jsx(?=\s)/, '@jsxRuntime classic $&') : given;
    const isDecorated = !legacyDecorators && hasDecorators(path, text);
    if (!isDecorated && !hasMergedParts(path, text)) {
      return isJsx
        ? { code: text, ...(langOf(path).startsWith('ts') && { isTyped: true }) }
        : undefined;
    }
    try {
      const { code, map } = await transform(text, {
        loader: langOf(path),
        target: 'es2022',
        // JSX is left to the bundler.
        tsconfigRaw: {
          compilerOptions: {
            experimentalDecorators: legacyDecorators,
            ...(defineFields !== undefined && { useDefineForClassFields: defineFields }),
          },
        },
        jsx: 'preserve',
        sourcemap: 'external',
        sourcefile: path,
        sourcesContent: true,
        logLevel: 'silent',
      });
      return { code, map };
    } catch (thrown) {
      const [first] =
        (thrown as { errors?: { text: string; location: EsbuildPlace | null }[] }).errors ?? [];
      if (first === undefined || first.location === null) throw thrown;
      const { line, column } = first.location;
      throw failAt(path, { line, column: column + 1 }, first.text, text);
    }
  };
};

interface EsbuildPlace {
  readonly line: number;
  readonly column: number;
}
