// One point of a curve, in a process of its own: `node point.mjs NAME SIZE` prints it as JSON.
import { DIMENSIONS } from './dimensions.mjs';
import { measurePoint } from './measure.mjs';

const [name, size] = process.argv.slice(2);
const dimension = DIMENSIONS.find((each) => each.name === name);
process.stdout.write(JSON.stringify(await measurePoint(dimension, Number(size))));
