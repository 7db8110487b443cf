import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What functions measure, by name and unit. Dashboard and alarms of infra/ look for these names. */
export const units = {
  /** Events that were committed, in how many pages, of batches of how many records. */
  Folded: MetricUnit.Count,
  Pages: MetricUnit.Count,
  BatchSize: MetricUnit.Count,
  /** From an event's append to the commit of its page, and to the last post of its cast. */
  CommittedMs: MetricUnit.Milliseconds,
  DeliveredMs: MetricUnit.Milliseconds,
  /** Events that the rules failed on, that never arrived, whose kind this version does not have; records that are no event. */
  Faults: MetricUnit.Count,
  MissingEvents: MetricUnit.Count,
  UnknownRooms: MetricUnit.Count,
  UnreadableRecords: MetricUnit.Count,
  /** Events of rooms that new rules folded afresh, and how long each room took. */
  FoldedAfresh: MetricUnit.Count,
  AfreshMs: MetricUnit.Milliseconds,
  /** Texts that were posted, and those that need not be because a newer one or a common envelope took their place. */
  Posts: MetricUnit.Count,
  Merged: MetricUnit.Count,
  /** Connections that were closed for being too slow, and that were gone (410). */
  ClosedSlow: MetricUnit.Count,
  Gone: MetricUnit.Count,
} as const;

export type Metric = keyof typeof units;

/** Measures something; several values of one metric are kept apart. Nothing is written before `publish`. */
export interface Measures {
  add(metric: Metric, value: number): void;
  /** Writes what was added, as a line of the function's log that CloudWatch makes metrics of (EMF). */
  publish(): void;
}

export const createMeasures = (metrics = new Metrics()): Measures => ({
  add: (metric, value) => metrics.addMetric(metric, units[metric], value),
  publish: () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  },
});

/** Counts something that clients are refused, by its reason: a code, or a word of a kind's `refusal`. */
export type CountRefused = (reason: string, count?: number) => void;

export const createCountRefused =
  (metrics = new Metrics()): CountRefused =>
  (reason, count = 1) =>
    metrics.singleMetric().addDimension('reason', reason).addMetric('Refused', MetricUnit.Count, count);
