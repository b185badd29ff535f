/** Upgrades: the vat has its window to itself, and both incarnations' cranks count together or not at all. */
import {
  ANY,
  fulfil,
  message,
  news,
  NOTHING,
  send,
  set,
  sole,
  story,
  subscribe,
  told,
} from './story.js';
import type { Story } from './story.js';

const PAIR = { bob: { window: 3 }, alice: { knows: ['bob'] } };
const REAP = ['bringOutYourDead'] as const;
const STOP = ['stopVat', ANY] as const;
const start = (...slots: string[]) => ['startVat', { body: '*', slots: slots as never[] }] as const;

const ask = (s: Story, ...knows: string[]): void =>
  s.step({ do: 'upgrade', vat: 'bob', knows, result: '@upgrade' });
const isDone = (s: Story, isReject = false): void => s.hears('upgrade', isReject, ANY);

export const upgrades = [
  story(
    'the old incarnation brings out its dead and is stopped, the new one is started',
    '4: a barrier',
    PAIR,
    (s) => {
      ask(s, 'alice');
      s.gets('bob', REAP);
      s.quiet('bob');
      s.does('bob');
      s.gets('bob', STOP);
      s.quiet('bob');
      s.does('bob');
      s.gets('bob', start('o-alice'));
      s.does('bob');
      isDone(s);
      s.turn('bob', send('o-alice', 'hello'));
      s.crank('alice', message('o+0', 'hello'));
      s.state({ clists: { bob: { 'o+0': '@bob', 'o-alice': '@alice' } }, promiseCount: 0 });
    },
  ),
  story(
    'an upgrade waits until the window is empty, and what is behind it waits for the upgrade',
    '4: a barrier',
    PAIR,
    (s) => {
      s.host('bob', 'one');
      s.host('bob', 'two');
      ask(s);
      s.host('bob', 'three');
      s.gets('bob', message('o+0', 'one', [], 'p-one'));
      s.gets('bob', message('o+0', 'two', [], 'p-two'));
      s.quiet('bob');
      s.does('bob', fulfil('p-one'));
      s.quiet('bob');
      s.does('bob', fulfil('p-two'));
      s.crank('bob', REAP);
      s.crank('bob', STOP);
      s.crank('bob', start());
      isDone(s);
      s.crank('bob', message('o+0', 'three', [], 'p-three'), fulfil('p-three'));
      s.hears('three', false, NOTHING);
      s.state({ promiseCount: 0 });
    },
  ),
  story(
    'what stopVat sends counts when the new incarnation is there',
    'atomic',
    { bob: {}, alice: { knows: ['bob'] } },
    (s) => {
      s.turn('alice', send('o-bob', 'meet', ['o+0']));
      s.crank('bob', message('o+0', 'meet', ['o-alice']));
      ask(s, 'alice');
      s.crank('bob', REAP);
      s.crank('bob', STOP, send('o-alice', 'farewell'));
      s.quiet('alice');
      s.gets('bob', start('o-alice'));
      s.does('bob', send('o-alice', 'hello'));
      s.crank('alice', message('o+0', 'farewell'));
      s.crank('alice', message('o+0', 'hello'));
      isDone(s);
    },
  ),
  story(
    'an upgrade whose new incarnation does not start has not happened',
    'atomic',
    { bob: {}, alice: { knows: ['bob'] } },
    (s) => {
      s.turn('alice', send('o-bob', 'ask', ['o+3'], 'p+5'), subscribe('p+5'));
      s.crank('bob', message('o+0', 'ask', ['o-x'], 'p-answer'));
      ask(s);
      s.crank('bob', REAP);
      s.crank('bob', STOP, send('o-x', 'farewell'), set('key', 'value'));
      s.gets('bob', start());
      s.step({
        do: 'record',
        vat: 'bob',
        n: 5,
        syscalls: [send('o-x', 'hello')],
        error: 'it does not start',
        retires: ['bob'],
        refused: true,
      });
      isDone(s, true);
      s.quiet('alice', 'bob');
      s.state({
        alive: { bob: true },
        clists: { bob: { 'o+0': '@bob', 'o-x': '@x', 'p-answer': '@answer' } },
        objects: { '@x': ['alice', 1, 1] },
        promises: { '@answer': { state: 'unresolved', decider: 'bob', subscribers: ['alice'] } },
      });
    },
  ),
  story('what the old incarnation decided is rejected', '5 promises', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'ask', [], 'p+5'), subscribe('p+5'));
    s.crank('bob', message('o+0', 'ask', [], 'p-answer'));
    ask(s);
    s.crank('bob', REAP);
    s.crank('bob', STOP);
    s.quiet('alice');
    s.crank('bob', start());
    s.crank('alice', news(['p+5', true, ANY]));
    isDone(s);
    s.state({ clists: { bob: { 'o+0': '@bob' } }, promiseCount: 0 });
  }),
  story('only its root and what is durable outlive an incarnation', 'upgrade', PAIR, (s) => {
    s.turn(
      'alice',
      send('o-bob', 'ask', [], 'p+5'),
      send('o-bob', 'ask', [], 'p+6'),
      subscribe('p+5'),
      subscribe('p+6'),
    );
    s.gets('bob', message('o+0', 'ask', [], 'p-one'));
    s.gets('bob', message('o+0', 'ask', [], 'p-two'));
    s.does('bob', fulfil('p-one', sole('o+7')));
    s.does('bob', fulfil('p-two', sole('o+d10/1')));
    s.crank('alice', news(['p+5', false, sole('o-heap')]));
    s.crank('alice', news(['p+6', false, sole('o-durable')]));
    ask(s);
    s.crank('bob', REAP);
    s.crank('bob', STOP);
    s.crank('bob', start());
    isDone(s);
    s.state({
      clists: {
        bob: { 'o+0': '@bob', 'o+d10/1': '@durable' },
        alice: { 'o+0': '@alice', 'o-bob': '@bob', 'o-heap': '@heap', 'o-durable': '@durable' },
      },
      objects: { '@heap': [null, 1, 1], '@durable': ['bob', 1, 1] },
    });
    s.turn(
      'alice',
      send('o-durable', 'hello'),
      send('o-heap', 'hello', [], 'p+8'),
      subscribe('p+8'),
    );
    s.crank('bob', message('o+d10/1', 'hello'));
    s.crank('alice', news(['p+8', true, ANY]));
  }),
  story('what no durable data names is let go of', 'upgrade', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['o+3']));
    s.crank('bob', message('o+0', 'take', ['o-x']));
    ask(s);
    s.crank('bob', REAP);
    s.crank('bob', STOP);
    s.quiet('alice');
    s.crank('bob', start());
    isDone(s);
    s.crank('alice', told('dropExports', 'o+3'));
    s.crank('alice', told('retireExports', 'o+3'));
    s.state({ clists: { bob: { 'o+0': '@bob' } } });
  }),
  story(
    'a crash in the middle finds the same delivery out',
    '4 details',
    { bob: {}, alice: { knows: ['bob'] } },
    (s) => {
      ask(s);
      s.crank('bob', REAP);
      s.gets('bob', STOP);
      s.step({ do: 'restart' });
      s.does('bob');
      s.gets('bob', start());
      s.step({ do: 'restart' });
      s.does('bob');
      isDone(s);
      s.turn('bob');
      s.hears('go1', false, NOTHING);
    },
  ),
  story(
    'a vat that is ended while it is upgraded is ended',
    'atomic',
    { bob: {}, alice: { knows: ['bob'] } },
    (s) => {
      ask(s, 'alice');
      s.crank('bob', REAP);
      s.crank('bob', STOP);
      s.gets('bob', start('o-alice'));
      s.step({ do: 'terminate', vat: 'bob', isFailure: true });
      isDone(s, true);
      s.state({ alive: { bob: false }, objects: { '@alice': ['alice', 1, 1] }, promiseCount: 0 });
    },
  ),
];
