export { makeLiveSlots } from './make-liveslots.js';
