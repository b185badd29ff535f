/** The behaviour suite of liveslots, as a program of the engine. */
import { engineGcTools, serve } from './serve.js';
import { makeLiveSlots as published } from '@agoric/swingset-liveslots';
import { makeLiveSlots } from '@cooperage/liveslots';
import type { MakeLiveSlots } from '@cooperage/types';
import { E } from '@endo/eventual-send';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import { liveSlotsCompliance } from '../../../compliance/src/liveslots/liveslots.js';
import { describe, caseOperations } from './vitest.js';

const tools = { E: E as never, Far: Far as never, harden };
const suite = (name: string, make: MakeLiveSlots, isOurs: boolean): void => {
  describe(name, () => {
    liveSlotsCompliance({
      makeLiveSlots: make,
      gcTools: engineGcTools,
      tools,
      supports: { unknownGarbage: isOurs, unreadableData: isOurs, tidyFailure: isOurs },
    });
  });
};
suite('ours:', makeLiveSlots, true);
suite('the published one:', published, false);

serve(caseOperations);
