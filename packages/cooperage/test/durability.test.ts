import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, temporaryDirectory } from './helpers.js';

/** Runs the mesh, and kills it after so many milliseconds; undefined if it was killed, else what it printed. */
const runMesh = (
  directory: string,
  heard: string,
  killAfter?: number,
): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fixture('killed.mjs'), directory, heard], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const timer =
      killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(printed);
      else if (signal === 'SIGKILL') resolve(undefined);
      else reject(new Error(`it ended with ${code}`));
    });
  });

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');

it('killed at random moments it loses nothing, and repeats nothing to the outside but what was in doubt', async () => {
  const whole = temporaryDirectory();
  await runMesh(join(whole, 'state'), join(whole, 'heard'));
  const expected = linesOf(join(whole, 'heard')).map((line) => line.slice(line.indexOf(' ') + 1));

  const broken = temporaryDirectory();
  const heard = join(broken, 'heard');
  let kills = 0;
  let printed: string | undefined;
  while (printed === undefined) {
    printed = await runMesh(
      join(broken, 'state'),
      heard,
      kills < 6 ? 400 + ((kills * 577) % 900) : undefined,
    );
    if (printed === undefined) kills += 1;
  }
  expect(kills).toBeGreaterThan(0);

  // The games' length is fixed, what each hears is not (arrival order): each message has one hearing.
  const said = new Map<string, string>();
  for (const line of linesOf(heard)) {
    const [id, text] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    // A call that is made again is the same call.
    expect(said.get(id) ?? text).toBe(text);
    said.set(id, text);
  }
  expect(said.size).toBe(expected.length);
  const logs = JSON.parse(printed) as string[][];
  expect(logs.flat().filter((text) => text.includes(':')).length).toBe(expected.length);
});
