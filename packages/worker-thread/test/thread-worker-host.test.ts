import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { driveVat, inlineBundles } from '@cooperage/compliance';
import { makeThreadWorkerHost } from '@cooperage/worker-thread';
import { describe, expect, it } from 'vitest';

/** Runs a program that starts one vat in a process of its own; gives its exit code and what it printed. */
const runProcess = async (rest: string): Promise<{ code: unknown; output: string }> => {
  const program = `
    import { driveVat, inlineBundles } from '@cooperage/compliance';
    import { makeThreadWorkerHost } from '@cooperage/worker-thread';
    const host = makeThreadWorkerHost({ threads: 1 });
    const vat = driveVat(host, { bundle: inlineBundles.nestedEvaluate, liveslots: 'cooperage' });
    await vat.start();
    ${rest}
  `;
  // The suite imports the test runner, which works only inside it; the driver is all that is wanted.
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'exit')) as [unknown];
  return { code, output };
};

describe('a pool of threads', () => {
  it('refuses options that make no sense', () => {
    for (const options of [{ threads: 0 }, { threads: 1.5 }, { heapLimitMB: 1 }, { threds: 1 }]) {
      expect(() => makeThreadWorkerHost(options)).toThrow(
        expect.objectContaining({ code: 'BAD_ARGUMENT' }),
      );
    }
  });

  it('says that it is stopped', async () => {
    const host = makeThreadWorkerHost({ threads: 1 });
    await host.stop();
    await host.stop();
    const vat = driveVat(host, { bundle: inlineBundles.empty, liveslots: 'cooperage' });
    expect(await vat.exit).toMatchObject({ kind: 'load-failed' });
  });

  it('reports a liveslots that cannot be loaded', async () => {
    const host = makeThreadWorkerHost({ threads: 1, liveslots: { broken: 'file:///nowhere.js' } });
    const vat = driveVat(host, { bundle: inlineBundles.empty, liveslots: 'broken' });
    vat.deliver([vat.message('anything')]);
    expect(await vat.exit).toMatchObject({ kind: 'load-failed' });
    await host.stop();
  });

  it('lets the process end when nothing is to come', async () => {
    const { code, output } = await runProcess('console.log((await vat.call("ping")).value);');
    expect(output).toContain('pong');
    expect(code).toBe(0);
  });

  it('goes on when the process is interrupted and handles it', async () => {
    const { code, output } = await runProcess(`
      process.on('SIGINT', () => console.log('interrupted'));
      process.kill(process.pid, 'SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log((await vat.call("ping")).value);
    `);
    expect(output).toContain('interrupted');
    expect(output).toContain('pong');
    expect(code).toBe(0);
  });
});
