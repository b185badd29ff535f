/** A bootstrap that was rejected is told of until it has succeeded, and can be sent again. */
import { checkTables } from '@cooperage/kernel';
import { beforeEach, expect, it } from 'vitest';
import { makeProject, type Project, vatCode } from './a-project.js';

let project: Project;
beforeEach(() => {
  project = makeProject();
  project.write('main.js', vatCode('one'));
});

const config = (broken: boolean) => ({
  bootstrap: 'main',
  vats: { main: { source: project.path('main.js'), parameters: { broken } } },
});
const rejected = {
  bootstrap: {
    state: 'rejected',
    error: expect.objectContaining({ message: 'there is no database' }) as unknown,
  },
};

it('run() says that it was rejected, in each start until it is sent again and succeeds', async () => {
  const lines: string[] = [];
  const log = (_level: string, message: string): void => void lines.push(message);
  const first = await project.open(config(true), { log });
  expect(await first.run()).toMatchObject(rejected);
  expect(lines).toEqual([]);
  await first.close();

  const second = await project.open(config(true), { log });
  expect(await second.run()).toMatchObject({ cranks: 0, ...rejected });
  expect(lines).toEqual([
    expect.stringMatching(/bootstrap was rejected: there is no database.*--bootstrap/),
  ]);
  await expect(second.bootstrap()).rejects.toThrow('there is no database');
  expect(await second.run()).toMatchObject(rejected);
  expect(checkTables(second.store.tables)).toEqual([]);
  await second.close();

  await expect(project.open(config(false))).rejects.toThrow(
    /bootstrap was rejected; add --bootstrap/,
  );
  const mended = await project.open(config(false), { upgrade: true });
  expect(await mended.bootstrap()).toBe('set up by one');
  expect(await mended.run()).toMatchObject({ bootstrap: { state: 'fulfilled' } });
  await expect(mended.bootstrap()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await mended.close();

  lines.length = 0;
  const last = await project.open(config(false), { log });
  expect(await last.run()).toMatchObject({ cranks: 0, bootstrap: { state: 'fulfilled' } });
  expect(lines).toEqual([]);
  // Nothing of the answer is held any more.
  expect([...last.store.tables.keys('pin.kp', 'pin.kp/')]).toEqual([]);
  expect(checkTables(last.store.tables)).toEqual([]);
});

it('one that had not been answered when the process ended is followed by the next', async () => {
  project.write(
    'main.js',
    `export const buildRootObject = () => {
       let fail;
       return Far('root', {
         bootstrap: () => new Promise((_resolve, reject) => (fail = reject)),
         fail: () => fail(Error('too late')),
       });
     };`,
  );
  const first = await project.open(config(false));
  expect(await first.run()).toMatchObject({ bootstrap: { state: 'pending' } });
  await expect(first.bootstrap()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await first.close();
  const events: unknown[] = [];
  const second = await project.open(config(false), {
    on: { bootstrapped: (event) => events.push(event) },
  });
  await second.send('main', 'fail');
  expect(await second.run()).toMatchObject({
    bootstrap: { state: 'rejected', error: { message: 'too late' } },
  });
  expect(events).toMatchObject([{ error: { message: 'too late' } }]);
});

it('one that was never sent is said where the config asks for it later, and can be sent', async () => {
  const { vats } = config(false);
  const first = await project.open({ vats });
  expect(await first.run()).not.toHaveProperty('bootstrap');
  await expect(first.bootstrap()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await first.close();
  const second = await project.open(config(false));
  expect(second.told).toMatchObject([{ kind: 'bootstrap', name: 'main', before: undefined }]);
  expect(await second.bootstrap()).toBe('set up by one');
  await second.close();
  expect((await project.open(config(false))).told).toEqual([]);
});
