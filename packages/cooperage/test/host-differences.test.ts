/** What docs/determinism.md calls fixed is the same under any time zone and language of the host. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectWith } from './cli/processes.js';
import { fixture } from './helpers.js';

const MAIN = join(import.meta.dirname, '..', 'bin', 'cooperage.js');
const page = readFileSync(join(import.meta.dirname, '../../../docs/determinism.md'), 'utf8');

const HOSTS = [
  { TZ: 'America/New_York', LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' },
  { TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
] as const;

const probe = async (engine: string, host: Readonly<Record<string, string>>) => {
  const config = { bootstrap: 'a', vats: { a: { source: fixture('host-probe-vat.js'), engine } } };
  const folder = await projectWith(config);
  const run = () =>
    spawnSync(process.execPath, [MAIN, 'run', '--memory'], {
      cwd: folder,
      env: { ...process.env, ...host },
      encoding: 'utf8',
    });
  const { stderr } = run();
  const text = /probe (\{.*\})/.exec(stderr)?.[1];
  if (text === undefined) throw Error(`the vat said nothing: ${stderr}`);
  return JSON.parse(text) as Readonly<Record<string, string>>;
};

test.each(['v8', 'quickjs'])(
  'a vat on %s sees no time zone and no language of its host',
  async (engine) => {
    const [first, second] = [await probe(engine, HOSTS[0]), await probe(engine, HOSTS[1])];
    expect(second).toEqual(first);
    expect(first['time zone']).toMatch(/^0,/);
    expect(first['clock and randomness']).toMatch(/throws/);
    for (const name of Object.keys(first)) expect(page).toContain(`| ${name} |`);
  },
);
