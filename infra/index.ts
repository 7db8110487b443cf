import { join, resolve } from 'node:path';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { rulesOutline } from '../domain/routes.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { refuseIdle } from './bundle.ts';
import { readConfig } from './config.ts';
import { Connections } from './connections.ts';
import { Dashboard } from './dashboard.ts';
import { Deliveries } from './deliveries.ts';
import { EventLog } from './event-log.ts';
import { Files } from './files.ts';
import { Fold } from './fold.ts';
import { routeFunctions } from './functions.ts';
import { LambdaFunction } from './lambda-function.ts';
import { Notices } from './notices.ts';
import { pageFiles } from './page-files.ts';
import { Pages } from './pages.ts';
import { Presence } from './presence.ts';
import { Protection } from './protection.ts';
import { Retention } from './retention.ts';
import { Send } from './send.ts';
import { SignIn } from './sign-in.ts';
import { SocketApi } from './socket-api.ts';
import { SocketDomain } from './socket-domain.ts';
import { SocketStage } from './socket-stage.ts';
import { refuseStuck } from './upgrades.ts';
import { Watch } from './watch.ts';

/** What the name of a folder begins at. */
const project = join(import.meta.dirname, '..');

const config = readConfig();
refuseStuck(rulesOutline, config.eventRetentionDays);
// Read before anything is made: that they are not built is said then.
const builtPages = config.pages === undefined ? undefined : pageFiles(resolve(project, config.pages));
const { protect } = config;
const defaults = { logRetentionDays: config.logRetentionDays, logLevel: config.logLevel, tracing: config.tracing };
const sendTimeout = 30;

const alarms = new AlarmTopic('alarms', { topicArn: config.alarmTopicArn, email: config.alarmEmail });
const alarmTopicArn = alarms.arn;

const eventLog = new EventLog('log', { protect });
const connections = new Connections('connections', { protect });
const deliveries = new Deliveries('deliveries', { consumerTimeout: sendTimeout, alarmTopicArn });
const api = new SocketApi('socket', { protect });
const files = new Files('uploads', { protect, retentionDays: config.uploadRetentionDays });

const zoneId = config.zone === undefined ? undefined : aws.route53.getZoneOutput({ name: config.zone }).zoneId;
const inZone = (name: string | undefined) => (name !== undefined && zoneId ? { name, zoneId } : undefined);
export const url = config.domain === undefined ? api.url : pulumi.output(`wss://${config.domain}`);
const pages =
  builtPages === undefined
    ? undefined
    : new Pages('pages', { files: builtPages, domain: inZone(config.pagesDomain), url, uploads: files.origin });
const own = pages ? [pages.origin] : [];
files.admit([...config.uploadOrigins, ...own]);
const origins = config.origins ?? (pages ? own : ['*']);

// From the clients backwards: what a function says is said once the one that hears it is up to date. A new kind is known to the fold
// before an action of it can be appended.
const send = new Send('send', {
  ...defaults,
  connections,
  deliveries,
  api,
  timeout: sendTimeout,
  maxConcurrency: config.maxSendConcurrency,
  reservedConcurrency: config.sendReservedConcurrency,
});
const fold = new Fold('fold', {
  ...defaults,
  eventLog,
  connections,
  deliveries,
  actionsPerSecond: config.actionsPerSecond,
  actionBurst: config.actionBurst,
  batchSize: config.foldBatchSize,
  parallelization: config.foldParallelization,
  reservedConcurrency: config.foldReservedConcurrency,
  alarmTopicArn,
  after: [send],
});
const presence = new Presence('presence', { ...defaults, eventLog, connections, alarmTopicArn, after: [fold] });
const notices = new Notices('notices', { ...defaults, eventLog, files, alarmTopicArn, after: [fold] });

const retention =
  config.eventRetentionDays === undefined
    ? undefined
    : new Retention('retention', { ...defaults, eventLog, days: config.eventRetentionDays, alarmTopicArn });

const table = routeFunctions({ eventLog, connections, deliveries, files, api, origins, config });
const routed = Object.entries(table).map(([name, { takes, ...args }]) => ({
  ...takes,
  to: new LambdaFunction(name, { ...defaults, ...args, entry: name, after: [fold] }),
}));

const signIn = config.auth === 'jwt' ? new SignIn('sign-in', { ...defaults, api, config }) : undefined;
const stage = new SocketStage('stage', {
  api,
  authorizer: signIn?.authorizer,
  after: [presence, fold, send],
  routes: routed,
  throttleRate: config.throttleRate,
  throttleBurst: config.throttleBurst,
  accessLogDays: config.accessLogs ? config.logRetentionDays : undefined,
});

const socketDomain = inZone(config.domain);
const named =
  socketDomain && new SocketDomain('domain', { domain: socketDomain.name, zoneId: socketDomain.zoneId, api, stage });

const workers = [presence, notices, fold, send].map((each) => each.function);
const watch = new Watch('watch', {
  api,
  routed: [...routed.map(({ to }) => to), ...(signIn ? [signIn.function] : [])],
  workers,
  send: send.function,
  deliveryMs: config.alarmDeliveryMs,
  monthlyBudget: config.monthlyBudget,
  email: config.alarmEmail,
  alarmTopicArn,
  budgetTopicArn: config.alarmTopicArn,
});
const dashboard = new Dashboard('dashboard', {
  ...{ api, eventLog, connections, deliveries, notices },
  fold: fold.function,
  send: send.function,
  functions: [...routed.map(({ to }) => to), ...workers],
});

new Protection('protection', {
  protect,
  of: [
    ...[
      eventLog,
      connections,
      deliveries,
      files,
      api,
      signIn,
      stage,
      alarms,
      watch,
      dashboard,
      retention,
      pages,
      named,
    ],
    ...[...routed.map(({ to }) => to), presence, notices, fold, send],
  ],
});

const deployed = [...routed.map(({ to }) => to), ...workers];
// Nobody asks the one where nobody signs in, nor the other where all is kept.
refuseIdle([...deployed.map(({ entry }) => entry), 'authorize', 'sweep']);

export const region = aws.getRegionOutput().region;
/** Where the pages are; empty for a stack that serves none. */
export const pagesUrl = pages?.origin ?? '';
export const managementEndpoint = api.managementEndpoint;
export const headsTable = eventLog.heads.name;
export const logTable = eventLog.log.name;
export const connectionsTable = connections.table.name;
export const deliveriesQueueUrl = deliveries.queue.url;
export const deadLetterQueueUrl = deliveries.deadLetters.url;
export const filesRoom = files.room;
export const deadNoticesQueueUrl = notices.deadLetters.url;
export const bucketName = files.bucket.bucket;
