/** Deliveries that were translated before the record of an earlier crank was retired: section 4. */
import {
  ANY,
  drop,
  exit,
  fulfil,
  message,
  news,
  NOTHING,
  retire,
  retireExports,
  send,
  sole,
  story,
  subscribe,
  told,
} from './story.js';

/** Near has several deliveries out at once; far knows its root, which it calls `o-near`. */
const CROSSING = { near: { window: 4 }, far: { knows: ['near'] } };
const NEAR = { 'o+0': '@near' };
const FAR = { 'o+0': '@far', 'o-near': '@near' };

export const crossings = [
  story(
    'as many are out as the window lets, each with what was retired when it was translated',
    '4 acked',
    { near: { window: 3 } },
    (s) => {
      for (const each of ['one', 'two', 'three', 'four', 'five']) s.host('near', each);
      s.gets('near', message('o+0', 'one', [], 'p-one'), 1);
      s.gets('near', message('o+0', 'two', [], 'p-two'), 1);
      s.gets('near', message('o+0', 'three', [], 'p-three'), 1);
      s.quiet('near');
      s.does('near', fulfil('p-one'));
      s.gets('near', message('o+0', 'four', [], 'p-four'), 2);
      s.does('near', fulfil('p-two'));
      s.gets('near', message('o+0', 'five', [], 'p-five'), 3);
      s.does('near', fulfil('p-three'));
      s.does('near', fulfil('p-four'));
      s.does('near', fulfil('p-five'));
      s.state({ promiseCount: 0, clists: { near: NEAR } });
    },
  ),
  story('a window of one is the classic hand-shake', '4 the window', { near: {} }, (s) => {
    s.host('near', 'one');
    s.host('near', 'two');
    s.gets('near', message('o+0', 'one', [], 'p-one'), 1);
    s.quiet('near');
    s.does('near', fulfil('p-one'));
    s.gets('near', message('o+0', 'two', [], 'p-two'), 2);
  }),
  story(
    'a drop and a retire of an import are ignored when a later delivery has named it',
    '4 crossing 1',
    CROSSING,
    (s) => {
      s.turn('far', send('o-near', 'take', ['o+7']), send('o-near', 'take', ['o+7']));
      s.gets('near', message('o+0', 'take', ['o-x']), 1);
      s.gets('near', message('o+0', 'take', ['o-x']), 1);
      s.does('near', drop('o-x'), retire('o-x'));
      s.quiet('far');
      s.state({ clists: { near: { ...NEAR, 'o-x': '@x' } }, objects: { '@x': ['far', 1, 1] } });
      // It meets o-x as a new import, and may use it.
      s.does('near', send('o-x', 'hello'));
      s.crank('far', message('o+7', 'hello'));
    },
  ),
  story('what was ignored once can be done afterwards', '4 crossing 1', CROSSING, (s) => {
    s.turn('far', send('o-near', 'take', ['o+7']), send('o-near', 'take', ['o+7']));
    s.gets('near', message('o+0', 'take', ['o-x']));
    s.gets('near', message('o+0', 'take', ['o-x']));
    s.does('near', drop('o-x'), retire('o-x'));
    s.does('near', drop('o-x'), retire('o-x'));
    s.crank('far', told('dropExports', 'o+7'));
    s.crank('far', told('retireExports', 'o+7'));
    s.state({ clists: { near: NEAR, far: FAR } });
  }),
  story(
    'a drop counts when no later delivery has named it, and then it cannot be used',
    '4 crossing 1',
    CROSSING,
    (s) => {
      s.turn('far', send('o-near', 'take', ['o+7']), send('o-near', 'other'));
      s.gets('near', message('o+0', 'take', ['o-x']));
      s.gets('near', message('o+0', 'other'));
      s.does('near', drop('o-x'));
      s.crank('far', told('dropExports', 'o+7'));
      s.dies('near', send('o-x', 'hello'));
      s.crank('far', told('retireExports', 'o+7'));
      s.state({ alive: { near: false, far: true } });
    },
  ),
  story('news names an import, too', '4 crossing 1', CROSSING, (s) => {
    s.turn('far', send('o-near', 'take', ['o+7', 'p+5']));
    s.gets('near', message('o+0', 'take', ['o-x', 'p-y']), 1);
    s.does('near', subscribe('p-y'));
    s.host('near', 'more');
    s.turn('far', fulfil('p+5', sole('o+7')));
    s.gets('near', message('o+0', 'more', [], 'p-more'), 2);
    s.gets('near', news(['p-y', false, sole('o-x')]), 2);
    s.does('near', drop('o-x'), retire('o-x'), fulfil('p-more'));
    s.quiet('far');
    s.does('near');
    s.state({ clists: { near: { ...NEAR, 'o-x': '@x' } }, objects: { '@x': ['far', 1, 1] } });
  }),
  story(
    'the kernel takes a drop back when the vat names the export before it hears of it',
    '4 crossing 2',
    CROSSING,
    (s) => {
      s.host('near', 'first');
      s.host('near', 'second');
      s.gets('near', message('o+0', 'first', [], 'p-first'), 1);
      s.gets('near', message('o+0', 'second', [], 'p-second'), 1);
      // The target turns out to be no object, so that nobody takes the argument: it is to be dropped and retired.
      s.does('near', send('p+9', 'nobody', ['o+3']), fulfil('p+9'), fulfil('p-first'));
      s.gets('near', told('dropExports', 'o+3'), 2);
      s.gets('near', told('retireExports', 'o+3'), 2);
      s.does('near', fulfil('p-second', sole('o+3')));
      s.hears('second', false, sole('@x'));
      // The supervisor withholds both from liveslots: the records of their cranks change nothing.
      s.does('near');
      s.does('near');
      s.gets('near', told('dropExports', 'o+3'));
      s.gets('near', told('retireExports', 'o+3'));
      s.does('near');
      s.does('near');
      s.state({ clists: { near: NEAR }, objects: { '@x': 'gone' } });
    },
  ),
  story(
    'a drop is taken back, and somebody holds the object from then on',
    '4 crossing 2',
    CROSSING,
    (s) => {
      s.host('near', 'first', ['@far']);
      s.host('near', 'second');
      s.gets('near', message('o+0', 'first', ['o-far'], 'p-first'), 1);
      s.gets('near', message('o+0', 'second', [], 'p-second'), 1);
      s.does('near', send('p+9', 'nobody', ['o+3']), fulfil('p+9'), fulfil('p-first'));
      s.gets('near', told('dropExports', 'o+3'), 2);
      s.gets('near', told('retireExports', 'o+3'), 2);
      s.does('near', send('o-far', 'take', ['o+3']), fulfil('p-second'));
      s.crank('far', message('o+0', 'take', ['o-x']));
      s.does('near');
      s.does('near');
      s.quiet('near');
      s.state({
        clists: { near: { ...NEAR, 'o-far': '@far', 'o+3': '@x' }, far: { ...FAR, 'o-x': '@x' } },
        objects: { '@x': ['near', 1, 1] },
      });
    },
  ),
  story(
    'a drop that is under way and not taken back is final with its record',
    '4 crossing 2',
    CROSSING,
    (s) => {
      s.host('near', 'first');
      s.host('near', 'second');
      s.gets('near', message('o+0', 'first', [], 'p-first'));
      s.gets('near', message('o+0', 'second', [], 'p-second'));
      s.does('near', send('p+9', 'nobody', ['o+3']), fulfil('p+9'), fulfil('p-first'));
      s.gets('near', told('dropExports', 'o+3'));
      s.gets('near', told('retireExports', 'o+3'));
      s.does('near', fulfil('p-second'));
      s.state({ clists: { near: { ...NEAR, 'o+3': '@x' } }, objects: { '@x': ['near', 0, 0] } });
      s.does('near');
      s.state({ clists: { near: { ...NEAR, 'o+3': '@x unreachable' } } });
      s.does('near');
      s.state({ clists: { near: NEAR }, objects: { '@x': 'gone' } });
    },
  ),
  story(
    'a promise may be named by its name until the record of its notify is retired',
    '4 crossing 3',
    CROSSING,
    (s) => {
      s.turn('far', send('o-near', 'take', ['p+5']));
      s.gets('near', message('o+0', 'take', ['p-x']));
      s.does('near', subscribe('p-x'));
      s.host('near', 'more');
      s.turn('far', fulfil('p+5', sole('o+1')));
      s.gets('near', message('o+0', 'more', [], 'p-more'));
      s.gets('near', news(['p-x', false, sole('o-y')]));
      // Before it hears of it: the message goes to the resolution.
      s.does('near', send('p-x', 'hello'), fulfil('p-more'));
      s.crank('far', message('o+1', 'hello'));
      s.state({ clists: { near: { ...NEAR, 'p-x': '@x', 'o-y': '@y' } } });
      s.does('near');
      s.state({ clists: { near: { ...NEAR, 'o-y': '@y' } }, promises: { '@x': 'gone' } });
    },
  ),
  story(
    'when its notify is out, a promise has a new name in what is delivered',
    '4 crossing 3',
    { near: { window: 4 }, third: { knows: ['near'] }, far: { knows: ['near', 'third'] } },
    (s) => {
      s.turn('far', send('o-third', 'keep', ['p+5']), send('o-near', 'take', ['p+5']));
      s.crank('third', message('o+0', 'keep', ['p-kept']));
      s.gets('near', message('o+0', 'take', ['p-x']));
      s.does('near', subscribe('p-x'));
      s.turn('far', fulfil('p+5'));
      s.gets('near', news(['p-x', false, NOTHING]));
      // The record of the notify is not here yet, and somebody else names the promise to near.
      s.turn('third', send('o-near', 'take', ['p-kept']));
      s.gets('near', message('o+0', 'take', ['p-anew']));
      s.does('near');
      s.does('near', subscribe('p-anew'));
      s.gets('near', news(['p-anew', false, NOTHING]));
      s.does('near');
      s.state({ clists: { near: NEAR } });
    },
  ),
  story(
    'who subscribes while the notify is on its way is not told twice',
    '4 details',
    CROSSING,
    (s) => {
      s.turn('far', send('o-near', 'take', ['p+5']));
      s.gets('near', message('o+0', 'take', ['p-x']));
      s.does('near', subscribe('p-x'));
      s.host('near', 'more');
      s.turn('far', fulfil('p+5'));
      s.gets('near', message('o+0', 'more', [], 'p-more'));
      s.gets('near', news(['p-x', false, NOTHING]));
      s.does('near', subscribe('p-x'), fulfil('p-more'));
      s.does('near');
      s.quiet('near');
      s.state({ clists: { near: NEAR }, promiseCount: 0 });
    },
  ),
  story(
    'a promise that the vat resolves and a later delivery names is kept, and told',
    '4 crossing 4',
    CROSSING,
    (s) => {
      s.turn('far', send('o-near', 'one'), send('o-near', 'two'));
      s.gets('near', message('o+0', 'one'));
      s.gets('near', message('o+0', 'two'));
      s.does('near', send('o+0', 'mine', ['p+5']));
      s.gets('near', message('o+0', 'mine', ['p+5']), 2);
      s.does('near', fulfil('p+5'));
      s.state({ clists: { near: { ...NEAR, 'p+5': '@five' } } });
      // It meets p+5 as a new promise, subscribes to it and is told once.
      s.gets('near', news(['p+5', false, NOTHING]), 3);
      s.does('near', subscribe('p+5'));
      s.does('near');
      s.quiet('near');
      s.state({ clists: { near: NEAR }, promises: { '@five': 'gone' }, promiseCount: 0 });
    },
  ),
  story(
    'an imported promise that the vat resolves and a later delivery names is kept, and told',
    '4 crossing 4',
    { near: { window: 4 }, third: { knows: ['near'] }, far: { knows: ['near', 'third'] } },
    (s) => {
      s.turn('far', send('o-near', 'ask', [], 'p+5'), send('o-third', 'show', ['p+5']));
      s.gets('near', message('o+0', 'ask', [], 'p-answer'));
      s.crank('third', message('o+0', 'show', ['p-x']), send('o-near', 'look', ['p-x']));
      s.gets('near', message('o+0', 'look', ['p-answer']));
      s.does('near', fulfil('p-answer'));
      s.state({ clists: { near: { ...NEAR, 'p-answer': '@answer' } } });
      s.gets('near', news(['p-answer', false, NOTHING]));
      s.does('near');
      s.does('near');
      s.state({ clists: { near: NEAR } });
    },
  ),
  story(
    'when a record is refused, what is out after it is rejected, in order',
    '4 crossing 5',
    CROSSING,
    (s) => {
      s.turn(
        'far',
        send('o-near', 'one', [], 'p+5'),
        subscribe('p+5'),
        send('o-near', 'two', [], 'p+6'),
        subscribe('p+6'),
      );
      s.gets('near', message('o+0', 'one', [], 'p-one'));
      s.gets('near', message('o+0', 'two', [], 'p-two'));
      s.dies('near', send('o-77', 'whom'));
      s.crank('far', news(['p+5', true, ANY]));
      s.crank('far', news(['p+6', true, ANY]));
      s.state({ alive: { near: false }, promiseCount: 0 });
    },
  ),
  story(
    'when a vat exits, what is out after that crank is rejected, and so is its inbox',
    '4 crossing 5',
    { near: { window: 2 }, far: { knows: ['near'] } },
    (s) => {
      s.turn(
        'far',
        send('o-near', 'one', [], 'p+5'),
        send('o-near', 'two', [], 'p+6'),
        send('o-near', 'three', [], 'p+7'),
        subscribe('p+5'),
        subscribe('p+6'),
        subscribe('p+7'),
      );
      s.gets('near', message('o+0', 'one', [], 'p-one'));
      s.gets('near', message('o+0', 'two', [], 'p-two'));
      s.quiet('near');
      s.does('near', fulfil('p-one'), exit(false));
      s.crank('far', news(['p+5', false, NOTHING]));
      s.crank('far', news(['p+6', true, ANY]));
      s.crank('far', news(['p+7', true, ANY]));
      s.state({ alive: { near: false }, promiseCount: 0 });
    },
  ),
  story(
    'a vat may let go of an import that it is about to be told is gone',
    '4 crossing 2',
    CROSSING,
    (s) => {
      s.turn('far', send('o-near', 'take', ['o+7']));
      s.gets('near', message('o+0', 'take', ['o-x']));
      s.does('near', drop('o-x'));
      s.host('near', 'more');
      s.gets('near', message('o+0', 'more', [], 'p-more'));
      s.crank('far', told('dropExports', 'o+7'), retireExports('o+7'));
      s.gets('near', told('retireImports', 'o-x'));
      // Its own retire crosses with that of the kernel.
      s.does('near', retire('o-x'), fulfil('p-more'));
      s.state({ clists: { near: NEAR, far: FAR } });
      s.does('near');
      s.quiet('near', 'far');
    },
  ),
  story(
    'a vat that drops an import twice, because it met it anew between, is right both times',
    '4 crossing 1',
    CROSSING,
    (s) => {
      s.turn(
        'far',
        send('o-near', 'one', ['o+7']),
        send('o-near', 'two', ['o+7']),
        send('o-near', 'three'),
      );
      s.gets('near', message('o+0', 'one', ['o-x']));
      s.gets('near', message('o+0', 'two', ['o-x']));
      s.gets('near', message('o+0', 'three'));
      s.does('near', drop('o-x'));
      s.does('near');
      s.does('near', drop('o-x'));
      s.crank('far', told('dropExports', 'o+7'));
      s.state({
        clists: { near: { ...NEAR, 'o-x': '@x unreachable' } },
        objects: { '@x': ['far', 0, 1] },
      });
    },
  ),
];
