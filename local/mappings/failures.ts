/**
 * Which of a batch failed, by the function's answer under `ReportBatchItemFailures`. An empty answer or list: none. All of
 * them, when the answer cannot be understood or names something that is not in the batch.
 * Source: Lambda developer guide, "Configuring partial batch response", success and failure conditions.
 * @param ids what the function calls the batch's items: sequence numbers, message ids.
 */
export const reportedFailures = (answer: unknown, ids: readonly string[]): ReadonlySet<string> => {
  const all = new Set(ids);
  if (answer === null || answer === undefined) return none;
  if (typeof answer !== 'object') return all;
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === null || failures === undefined) return none;
  if (!Array.isArray(failures)) return all;
  const reported = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return reported.every((id) => typeof id === 'string' && all.has(id)) ? new Set(reported as string[]) : all;
};

const none: ReadonlySet<string> = new Set();
