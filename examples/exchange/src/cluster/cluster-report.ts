import { formatSettlement } from '../report.js';
import { formatTable } from '../table.js';
import type { ClusterOutcome } from './play-cluster.js';
import { formatHistory, formatPlaces } from './shard-map.js';

/** For `--json`. */
export const reportOf = ({ settlement, seconds, map, history }: ClusterOutcome) => ({
  settlement,
  figures: { seconds },
  shards: Object.fromEntries(
    [...map].map(([shard, { node, state }]) => [
      shard,
      { node, epoch: state.epoch, committed: state.committed },
    ]),
  ),
  history,
});

export const formatClusterOutcome = (outcome: ClusterOutcome): string => {
  const { settlement, seconds, config, map, history } = outcome;
  return [
    formatSettlement(settlement),
    'Nodes of the shards over time',
    formatHistory(history),
    'Shards',
    formatPlaces(config, map),
    'This run',
    formatTable([
      ['seconds', seconds.toFixed(1)],
      ['conservation', settlement.conserved ? 'held' : 'BROKEN'],
    ]),
  ].join('\n');
};
