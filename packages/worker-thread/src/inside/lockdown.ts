/** First of all that a thread loads: what comes after it finds a hardened realm. */
import { lockdownForVats } from '@cooperage/supervisor/lockdown';

lockdownForVats();
