import { E, Far } from '@endo/far';
import { makeDriver } from '../driver.js';

export const buildRootObject = () => makeDriver({ E, Far });
