/** Endo peers, over CapTP. */
// First: it brings what Endo's packages look for at their import.
import { E, Far } from 'cooperage';
import { makeCapTP } from '@endo/captp';
import { expect, it } from 'vitest';
import { type Any, closingOf, gatewayOn, openForTest, openSocket, wsUrl } from './helpers.js';

const peer = async (url: string) => {
  const socket = await openSocket(url);
  const { dispatch, abort, getBootstrap } = makeCapTP('peer', (message) =>
    socket.send(JSON.stringify(message)),
  );
  socket.on('message', (data: Buffer) => dispatch(JSON.parse(data.toString()) as never));
  return { socket, abort, main: (await getBootstrap()) as Any, closed: closingOf(socket) };
};

it('an Endo peer redeems, pipelines, passes objects and gets references back', async () => {
  const kernel = await openForTest();
  const gateway = await gatewayOn(kernel);
  const { url, id } = await gateway.issue(kernel.root('bank'));
  const { main, closed } = await peer(wsUrl(gateway, '/captp'));
  const bank = E(main).redeem(url);
  const purse = await E(bank).open('ann');
  expect(await E(E(bank).open('ann')).deposit(4)).toBe(4);
  expect(await E(bank).isPurse(purse)).toBe(true);
  const heard: unknown[] = [];
  await E(bank).listen(Far('listener', { deposited: (...args: unknown[]) => heard.push(args) }));
  await E(purse).deposit(2);
  await expect.poll(() => heard).toEqual([['ann', 2]]);
  await expect(E(main).redeem('nothing')).rejects.toThrow(/not valid/);
  expect(await gateway.revoke(id)).toBe(true);
  expect((await closed)[1]).toContain('GATEWAY_REVOKED');
});

it('what is no message of CapTP ends the connection with a code', async () => {
  const gateway = await gatewayOn(await openForTest());
  for (const text of ['{', '[]', '7', '{"type":"CTP_NONE"}', '{"type":"CTP_CALL"}']) {
    const socket = await openSocket(wsUrl(gateway, '/captp'));
    const closed = closingOf(socket);
    socket.send(text);
    expect((await closed)[1], text).toMatch(/^GATEWAY_PROTOCOL/);
  }
});
