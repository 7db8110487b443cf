import type { Logger } from '@aws-lambda-powertools/logger';
import type { FoldedAfresh } from '../store/afresh.ts';
import type { Metric } from './metrics.ts';

/** Says which rooms new rules folded afresh, and how long it took. `measure`: adds to a metric. */
export const createAfreshLog =
  (logger: Pick<Logger, 'info' | 'error'>, measure: (metric: Metric, value: number) => void) =>
  (folded: FoldedAfresh): void => {
    measure('FoldedAfresh', folded.events);
    measure('AfreshMs', folded.ms);
    if (folded.by === 'stuck')
      logger.error('new rules can make nothing of the state that older ones left: no event of the room counts', {
        ...folded,
      });
    else logger.info('folded a room afresh', { ...folded });
  };
