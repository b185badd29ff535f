/** A kernel that is opened again with a config, or sources, that say something else by then. */
import { checkTables } from '@cooperage/kernel';
import { showVat } from '@cooperage/tools';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ConfigChange, describeChange } from '../../src/changes/config-change.js';
import { makeProject, type Project, vatCode } from './a-project.js';

let project: Project;
const source = (file: string) => ({ source: project.path(file) });

beforeEach(() => {
  project = makeProject();
  project.write('one.js', vatCode('one'));
});

describe('a source that was edited', () => {
  it('stops the start with CONFIG_CHANGED, which says which vat, since when, and what to choose', async () => {
    const config = { vats: { main: source('one.js'), other: source('other.js') } };
    project.write('other.js', vatCode('other'));
    await (await project.open(config)).close();
    project.write('one.js', vatCode('two'));
    const edited = new Date('2026-02-03T04:05:06.000Z');
    utimesSync(project.path('one.js'), edited, edited);
    const error: unknown = await project.open(config).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONFIG_CHANGED' });
    const { message } = error as Error;
    expect(message).toContain(
      `vat "main" runs code that differs from its source ${project.path('one.js')} since 2026-02-03T04:05:06.000Z`,
    );
    expect(message).not.toContain('"other"');
    for (const choice of ['--upgrade', '--fresh', '--ignore-changes', 'ignoreChanges: true']) {
      expect(message).toContain(choice);
    }
  });

  it('is ignored, taken, or begun anew with, as it is chosen', async () => {
    const config = { vats: { main: source('one.js') } };
    const first = await project.open(config);
    expect(await first.send('main', 'count')).toBe(1);
    await first.close();
    project.write('one.js', vatCode('two'));

    const ignoring = await project.open(config, { ignoreChanges: true });
    expect(await ignoring.send('main', 'version')).toBe('one');
    expect(ignoring.told).toMatchObject([{ kind: 'code', of: 'vat', name: 'main', vats: ['v1'] }]);
    await ignoring.close();
    await expect(project.open(config)).rejects.toMatchObject({ code: 'CONFIG_CHANGED' });

    const upgraded = await project.open(config, { upgrade: true });
    expect(await upgraded.send('main', 'version')).toBe('two');
    expect(await upgraded.send('main', 'count')).toBe(2);
    expect(upgraded.told).toEqual([]);
    await upgraded.close();

    const again = await project.open(config);
    expect(await again.send('main', 'count')).toBe(3);
    expect(checkTables(again.store.tables)).toEqual([]);
    await again.close();
    project.write('one.js', vatCode('three'));
    const fresh = await project.open(config, { fresh: true });
    expect(await fresh.send('main', 'count')).toBe(1);
  });

  it('counts as one with the modules that it imports, and one that was only touched is the same', async () => {
    project.write('version.js', `export const version = 'a';`);
    project.write(
      'main.js',
      `import { version } from './version.js';
       export const buildRootObject = () => Far('root', { version: () => version });`,
    );
    const config = { vats: { main: source('main.js') } };
    await (await project.open(config)).close();
    utimesSync(project.path('main.js'), new Date(), new Date());
    await (await project.open(config)).close();
    project.write('version.js', `export const version = 'b';`);
    await expect(project.open(config)).rejects.toMatchObject({ code: 'CONFIG_CHANGED' });
  });

  it('that cannot be bundled any more is said so, and the kernel goes on without it', async () => {
    const config = { vats: { main: source('one.js') } };
    await (await project.open(config)).close();
    project.write('one.js', 'export const buildRootObject = (');
    await expect(project.open(config)).rejects.toMatchObject({
      code: 'CONFIG_CHANGED',
      message: expect.stringContaining('cannot be bundled'),
    });
    await expect(project.open(config, { upgrade: true })).rejects.toMatchObject({
      code: 'BAD_BUNDLE',
    });
    const ignoring = await project.open(config, { ignoreChanges: true });
    expect(await ignoring.send('main', 'version')).toBe('one');
  });

  it('of a bundle of the config is taken by the vats that were made of it at run time, and by later ones', async () => {
    project.write('made.js', vatCode('one'));
    const config = {
      bootstrap: 'main',
      vats: { main: source('one.js') },
      bundles: { made: source('made.js') },
    };
    const first = await project.open(config);
    const { root: before } = await first.createVat('first', { bundle: 'made' });
    expect(await before.send('count')).toBe(1);
    await first.close();
    project.write('made.js', vatCode('two'));
    // A vat that is added beside gets the code of its like.
    const added = { ...config, vats: { ...config.vats, added: { bundle: 'made' } } };
    await expect(project.open(added)).rejects.toThrow(
      /vats of the bundle "made" run code .* in v2/,
    );
    const ignoring = await project.open(added, { ignoreChanges: true });
    expect(await ignoring.send('added', 'version')).toBe('one');
    await ignoring.close();
    const upgraded = await project.open(added, { upgrade: true });
    expect(await upgraded.send('added', 'version')).toBe('two');
    const { root } = await upgraded.createVat('second', { bundle: 'made' });
    expect(await root.send('version')).toBe('two');
    expect(upgraded.store.tables.get('v2.incarnation')).toBe('1');
    await upgraded.close();
    const again = await project.open(added);
    expect(again.told).toEqual([]);
  });

  it('that a vat does not start with leaves it as it was, and the others are upgraded', async () => {
    project.write('other.js', vatCode('one'));
    const config = { vats: { main: source('one.js'), other: source('other.js') } };
    await (await project.open(config)).close();
    project.write('one.js', vatCode('two', `throw Error('not today');`));
    project.write('other.js', vatCode('two'));
    await expect(project.open(config, { upgrade: true })).rejects.toMatchObject({
      code: 'UPGRADE_FAILED',
      message: expect.stringMatching(/vat "main": .*not today/),
    });
    await expect(project.open(config)).rejects.toThrow(/"main"/);
    const ignoring = await project.open(config, { ignoreChanges: true });
    expect(await ignoring.send('main', 'version')).toBe('one');
    expect(await ignoring.send('other', 'version')).toBe('two');
    expect(ignoring.told.map(({ name }) => name)).toEqual(['main']);
  });

  it('has taken effect where the vat was upgraded to it by hand, and is noticed when it is taken back', async () => {
    const config = { vats: { main: source('one.js') } };
    await (await project.open(config)).close();
    project.write('one.js', vatCode('two'));
    const byHand = await project.open(config, { ignoreChanges: true });
    await byHand.upgradeVat('main', source('one.js'));
    await byHand.close();
    await (await project.open(config)).close();
    project.write('one.js', vatCode('one'));
    await expect(project.open(config)).rejects.toMatchObject({ code: 'CONFIG_CHANGED' });
  });

  it('does not stop the start where an upgrade took code from elsewhere, which is told at each start', async () => {
    project.write('better.js', vatCode('better'));
    const config = { vats: { main: source('one.js') } };
    const first = await project.open(config);
    await first.upgradeVat('main', source('better.js'));
    await first.close();
    for (const _ of [1, 2]) {
      const again = await project.open(config);
      expect(again.told).toMatchObject([{ kind: 'code', name: 'main', isByUpgrade: true }]);
      expect(describeChange(again.told[0] as ConfigChange)).toMatch(
        /^vat "main" runs code that an upgrade took from elsewhere than its source .*one\.js; to take its source: --upgrade/,
      );
      expect(await again.send('main', 'version')).toBe('better');
      await again.close();
    }
    const back = await project.open(config, { upgrade: true });
    expect(back.told).toEqual([]);
    expect(await back.send('main', 'version')).toBe('one');
    await back.close();
    expect((await project.open(config)).told).toEqual([]);
  });

  it('of a bundle that an upgrade took from elsewhere is told, and taken again by an upgrade', async () => {
    project.write('better.js', vatCode('better'));
    project.write('made.js', vatCode('made'));
    const config = {
      vats: { main: source('one.js'), made: { bundle: 'made' } },
      bundles: { made: source('made.js') },
    };
    const first = await project.open(config);
    await first.upgradeBundle('made', source('better.js'));
    expect(await first.send('made', 'version')).toBe('better');
    await first.close();
    const again = await project.open(config);
    expect(again.told.map(({ kind, of, name }) => [kind, of, name])).toEqual([
      ['code', 'bundle', 'made'],
      ['code', 'vat', 'made'],
    ]);
    await again.close();
    const back = await project.open(config, { upgrade: true });
    expect(await back.send('made', 'version')).toBe('made');
    const { root } = await back.createVat('later', { bundle: 'made' });
    expect(await root.send('version')).toBe('made');
    await back.close();
    expect((await project.open(config)).told).toEqual([]);
  });

  it('of a bundle that an upgrade took from elsewhere does not stop the start of vats that are given that bundle later', async () => {
    project.write('better.js', vatCode('better'));
    project.write('made.js', vatCode('made'));
    const config = {
      vats: { main: { bundle: 'made' } },
      bundles: { made: source('made.js') },
    };
    const first = await project.open(config);
    await first.upgradeBundle('made', source('better.js'));
    await first.upgradeVat('main', { bundle: 'made' });
    await first.close();
    const added = { ...config, vats: { ...config.vats, added: { bundle: 'made' } } };
    const second = await project.open(added);
    expect(await second.send('added', 'version')).toBe('better');
    await second.close();
    const third = await project.open(added);
    expect(third.told.map(({ of, name }) => [of, name])).toEqual([
      ['bundle', 'made'],
      ['vat', 'main'],
      ['vat', 'added'],
    ]);
    expect(third.told.every((change) => change.kind === 'code' && change.isByUpgrade)).toBe(true);
    await third.close();
    const back = await project.open(added, { upgrade: true });
    expect(await back.send('main', 'version')).toBe('made');
    expect(await back.send('added', 'version')).toBe('made');
    await back.close();
    expect((await project.open(added)).told).toEqual([]);
  });
});

describe('parameters that were changed', () => {
  const withParameters = (parameters: unknown) => ({
    vats: { main: { ...source('one.js'), parameters } },
  });

  it('stop the start, and are given to the vat by an upgrade, which keeps its code and data', async () => {
    const first = await project.open(withParameters({ a: 1, b: [2] }));
    await first.send('main', 'count');
    await first.close();
    // In another order they are the same.
    await (await project.open(withParameters({ b: [2], a: 1 }))).close();
    const changed = withParameters({ a: 1, b: [3] });
    await expect(project.open(changed)).rejects.toThrow(
      /vat "main" was started with other parameters/,
    );
    const upgraded = await project.open(changed, { upgrade: true });
    expect(await upgraded.send('main', 'parameters')).toEqual({ a: 1, b: [3] });
    expect(await upgraded.send('main', 'count')).toBe(2);
    await upgraded.close();
    await (await project.open(changed)).close();
    const without = await project.open(withParameters(undefined), { upgrade: true });
    expect(await without.send('main', 'parameters')).toBeUndefined();
  });

  it('name the time at which the file of the config was changed', async () => {
    const file = project.path('cooperage.json');
    const write = (a: number): void => writeFileSync(file, JSON.stringify(withParameters({ a })));
    write(1);
    await (await project.open(file as never)).close();
    write(2);
    const edited = new Date('2026-02-03T04:05:06.000Z');
    utimesSync(file, edited, edited);
    await expect(project.open(file as never)).rejects.toThrow(/since 2026-02-03T04:05:06\.000Z/);
    rmSync(file);
  });
});

describe('what no vat has to be started anew for', () => {
  it('a vat that failed is told at each start, and one that has done its work is not', async () => {
    const end = (how: string) =>
      `export const buildRootObject = (powers) => Far('root', { end: () => powers.${how} });`;
    project.write('failing.js', end(`exitVatWithFailure(Error('out of ideas'))`));
    project.write('done.js', end(`exitVat('done')`));
    const config = {
      vats: { main: source('one.js'), failing: source('failing.js'), done: source('done.js') },
    };
    const first = await project.open(config);
    await first.send('failing', 'end').catch(() => undefined);
    await first.send('done', 'end').catch(() => undefined);
    await first.run();
    await first.close();
    for (const options of [{}, { upgrade: true }, { ignoreChanges: true }]) {
      const again = await project.open(config, options);
      expect(again.told).toMatchObject([{ kind: 'ended', name: 'failing' }]);
      expect(() => showVat(again.store, 'failing')).toThrow(
        /the vat "failing" \(v\d+\) failed: .*out of ideas/,
      );
      expect(describeChange(again.told[0] as ConfigChange)).toMatch(
        /^vat "failing" has ended, and is not created again: .*out of ideas.*--fresh/,
      );
      await again.close();
    }
  });

  it('is said, and not refused; an upgrade changes the options that can be changed', async () => {
    const main = source('one.js');
    const meters = { budget: { remaining: 1_000 } };
    await (
      await project.open({ vats: { main: { ...main, window: 4 }, gone: main }, meters })
    ).close();
    const changed = {
      vats: { main: { ...main, window: 8, enablePipelining: true } },
      meters: { budget: { remaining: 2_000 } },
      inboxLimit: 77,
    };
    const said = [
      {
        kind: 'options',
        of: 'vat',
        name: 'main',
        options: expect.arrayContaining([
          { option: 'window', before: 4, now: 8, isChangeable: true },
          { option: 'inboxLimit', before: undefined, now: 77, isChangeable: true },
          { option: 'enablePipelining', before: undefined, now: true, isChangeable: false },
        ]) as unknown,
      },
      { kind: 'options', of: 'meter', name: 'budget', options: [{ option: 'remaining' }] },
      { kind: 'removed', of: 'vat', name: 'gone' },
    ];
    const opened = await project.open(changed);
    expect(opened.told).toMatchObject(said);
    expect(await opened.send('gone', 'version')).toBe('one');
    await opened.close();

    const upgraded = await project.open(changed, { upgrade: true });
    const options = JSON.parse(upgraded.store.tables.get('v1.options') as string) as object;
    expect(options).toMatchObject({ window: 8, inboxLimit: 77 });
    expect(options).not.toHaveProperty('enablePipelining');
    await upgraded.close();
    const again = await project.open(changed);
    expect(again.told[0]).toMatchObject({ options: [{ option: 'enablePipelining' }] });
    expect(again.told).toHaveLength(3);
  });

  it('goes to the log where no listener wants it', async () => {
    const main = source('one.js');
    await (await project.open({ vats: { main } })).close();
    const lines: string[] = [];
    await project.open(
      { vats: { main: { ...main, window: 8 } } },
      {
        log: (_level, message) => lines.push(message),
        on: { 'config-changed': undefined } as never,
      },
    );
    expect(lines).toEqual([
      'vat "main" keeps its values, although the config was changed: window was not given and is 8; to change what can be changed: --upgrade (`upgrade: true`)',
    ]);
  });

  it('is not what was said for one start only', async () => {
    const config = { vats: { main: source('one.js') } };
    await (await project.open(config)).close();
    const opened = await project.open(config, { window: 8, inboxLimit: 9 });
    expect(opened.told).toEqual([]);
  });

  it('bundles that are added are there', async () => {
    const config = { vats: { main: source('one.js') } };
    await (await project.open(config)).close();
    const opened = await project.open({ ...config, bundles: { more: source('one.js') } });
    const { root } = await opened.createVat('another', { bundle: 'more' });
    expect(await root.send('version')).toBe('one');
  });
});

it('an upgrade and ignoring the changes exclude each other', async () => {
  const config = { vats: { main: source('one.js') } };
  await expect(project.open(config, { upgrade: true, ignoreChanges: true })).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
  });
});
