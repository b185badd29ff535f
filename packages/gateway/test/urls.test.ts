/** What is issued, and what ends it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTables } from '@cooperage/kernel';
import { E } from 'cooperage';
import { describe, expect, it } from 'vitest';
import {
  type Any,
  type Bank,
  type Purse,
  gatewayOn,
  openForTest,
  rawClient,
  temporaryDirectory,
} from './helpers.js';

describe('a capability URL', () => {
  it('works after a restart, and is nowhere in the store', async () => {
    const directory = temporaryDirectory();
    const kernel = await openForTest({ directory });
    const gateway = await gatewayOn(kernel);
    const purse = (await E(kernel.root<Bank>('bank')).open('ann')) as Any;
    await E(purse).deposit(9);
    const { url } = await gateway.issue(purse, { label: 'ann’s' });
    await gateway.expose('bank', kernel.root('bank'));
    purse.release();
    await gateway.close();
    await kernel.close();

    const again = await openForTest({ directory });
    const second = await gatewayOn(again);
    expect(await E(second.redeem<Purse>(url)).balance()).toBe(9);
    expect(second.list()).toMatchObject([{ label: 'ann’s' }]);
    const { url: bank } = await second.issue('bank');
    const { main } = await rawClient(second);
    expect(await main.redeem(bank).isPurse(main.redeem(url))).toBe(true);
    expect(checkTables(again.store.tables)).toEqual([]);

    const secret = url.slice(url.indexOf('#') + 1);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(existsSync(file) && readFileSync(file).includes(secret), file).toBe(false);
    }
  });

  it('is refused when it is revoked, and so is all that came by it, and no other client', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const first = await gateway.issue(kernel.root('bank'));
    const second = await gateway.issue(kernel.root('bank'));
    const one = await rawClient(gateway);
    const two = await rawClient(gateway);
    const purse = await one.main.redeem(first.url).open('ann');
    const bank = await two.main.redeem(second.url);
    expect(await gateway.revoke(first.url)).toBe(true);
    expect(await one.closed).toEqual([4002, 'GATEWAY_REVOKED: the URL was revoked']);
    await expect(purse.balance()).rejects.toThrow();
    expect(await bank.open('bob').balance()).toBe(0);
    expect(() => gateway.redeem(first.url)).toThrow(/not valid/);
    expect(await gateway.revoke(first.id)).toBe(false);
    expect(gateway.list().map(({ id }) => id)).toEqual([second.id]);
    expect(await gateway.revoke(second.id)).toBe(true);
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });

  it('keeps its object alive, and lets go of it when it is revoked', async () => {
    const kernel = await openForTest({
      config: { order: 'issue', ...(await import('./helpers.js')).config },
    });
    const gateway = await gatewayOn(kernel);
    const purse = (await E(kernel.root<Bank>('bank')).open('ann')) as Any;
    const kref = purse.kref() as string;
    const { id } = await gateway.issue(purse);
    purse.release();
    expect(kernel.store.tables.get(kref)).toBeDefined();
    expect(gateway.list()).toMatchObject([{ object: kref }]);
    await gateway.revoke(id);
    const collected = async (): Promise<boolean> => {
      kernel.bringOutYourDead('bank');
      await kernel.run();
      return (
        kernel.store.tables.get(kref)?.split(' ')[1] === '0' ||
        kernel.store.tables.get(kref) === undefined
      );
    };
    await expect.poll(collected).toBe(true);
  });

  it('is made of what a vat has given, and of nothing else', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    await expect(gateway.issue({})).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(gateway.issue('nothing')).rejects.toThrow(/nothing is exposed under "nothing"/);
    await expect(gateway.issue(kernel.root('bank'), { lable: 'x' } as never)).rejects.toThrow(
      /did you mean "label"/,
    );
    await expect(gateway.expose('a b', kernel.root('bank'))).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
    });
    await expect(gatewayOn(kernel, { prot: 1 } as never)).rejects.toThrow(/has no option "prot"/);
  });
});
