import { E, Far } from '@endo/far';
import { makeCaller } from '../caller.js';

export const buildRootObject = () => makeCaller({ E, Far });
