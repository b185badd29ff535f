import './helpers/lockdown.js';
import { makeLiveSlots as published } from '@agoric/swingset-liveslots';
import { liveSlotsCompliance } from '@cooperage/compliance';
import { E } from '@endo/eventual-send';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import { describe } from 'vitest';
import { makeLiveSlots } from '../src/index.js';
import { makeEngineGcTools } from './helpers/gc-tools.js';

const tools = { E: E as never, Far: Far as never, harden };

describe('ours', () => {
  liveSlotsCompliance({
    makeLiveSlots,
    gcTools: makeEngineGcTools,
    tools,
    supports: { unknownGarbage: true, unreadableData: true, tidyFailure: true },
  });
});

describe('the published one', () => {
  liveSlotsCompliance({
    makeLiveSlots: published as never,
    gcTools: makeEngineGcTools,
    tools,
    supports: { unknownGarbage: false, unreadableData: false, tidyFailure: false },
  });
});
