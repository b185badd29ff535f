/** The tests that liveslots has of its own, as a program of the engine: all that need nothing of Node. */
import { serve } from './serve.js';
import '../../../liveslots/test/collections-model.test.js';
import '../../../liveslots/test/differential.test.js';
import '../../../liveslots/test/encoding.test.js';
import '../../../liveslots/test/hostile.test.js';
import '../../../liveslots/test/messages.test.js';
import '../../../liveslots/test/powers.test.js';
import '../../../liveslots/test/virtual-data.test.js';
import '../../../liveslots/test/zones.test.js';
import { caseOperations } from './vitest.js';

serve(caseOperations);
