import './surroundings.js';
import { lockdownForVats } from '@cooperage/supervisor/lockdown';

lockdownForVats();
