import * as pulumi from '@pulumi/pulumi';
import type { RulesOutline } from '../domain/routes.ts';

/**
 * Throws a `RunError` of one sentence for a kind whose rooms could come to a standstill: where old events are removed, new rules
 * can't fold a room afresh of them, and need an `upgrade`.
 */
export const refuseStuck = (kinds: readonly RulesOutline[], eventRetentionDays: number | undefined): void => {
  if (eventRetentionDays === undefined) return;
  const stuck = kinds.find(({ version, upgrades }) => version > 1 && !upgrades);
  if (!stuck) return;
  throw new pulumi.RunError(
    `Give ${stuck.name} an "upgrade" in domain/kinds/, or remove foldcast:eventRetentionDays: its rules are version ${stuck.version}, and of rooms whose events were removed after ${eventRetentionDays} days they could make nothing.`,
  );
};
