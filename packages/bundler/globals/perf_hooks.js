export { performance } from './performance.js';
import { performance } from './performance.js';

export default { performance };
