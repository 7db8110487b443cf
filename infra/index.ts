import { routes } from '../domain/routes.ts';
import { Append } from './append.ts';
import { readConfig } from './config.ts';
import { Connect } from './connect.ts';
import { Connections } from './connections.ts';
import { Deliveries } from './deliveries.ts';
import { Disconnect } from './disconnect.ts';
import { EventLog } from './event-log.ts';
import { Fallback } from './fallback.ts';
import { Files } from './files.ts';
import { Fold } from './fold.ts';
import { Membership } from './membership.ts';
import { Message } from './message.ts';
import { Notices } from './notices.ts';
import { Presence } from './presence.ts';
import { Self } from './self.ts';
import { Send } from './send.ts';
import { SocketApi } from './socket-api.ts';
import { SocketStage } from './socket-stage.ts';
import { Upload } from './upload.ts';

const config = readConfig();
const { alarmTopicArn } = config;
const defaults = { logRetentionDays: config.logRetentionDays, logLevel: config.logLevel };
const sendTimeout = 30;

const eventLog = new EventLog('log', { protect: config.protect });
const connections = new Connections('connections');
const deliveries = new Deliveries('deliveries', { consumerTimeout: sendTimeout, alarmTopicArn });
const api = new SocketApi('socket');
const files = new Files('uploads', { protect: config.protect, origins: config.uploadOrigins });

const connect = new Connect('connect', { ...defaults, connections, defaultRooms: config.defaultRooms });
const disconnect = new Disconnect('disconnect', { ...defaults, connections });
const append = new Append('append', { ...defaults, eventLog, api });
const fallback = new Fallback('fallback', { ...defaults, api });

const membership = new Membership('membership', { ...defaults, eventLog, connections, api });
const self = new Self('self', defaults);
const message = new Message('message', { ...defaults, connections, deliveries, api });
const upload = new Upload('upload', { ...defaults, files, maxBytes: config.uploadMaxBytes, types: config.uploadTypes });

const presence = new Presence('presence', { ...defaults, eventLog, connections, alarmTopicArn });
new Notices('notices', { ...defaults, eventLog, files, alarmTopicArn });
const fold = new Fold('fold', {
  ...defaults,
  eventLog,
  connections,
  deliveries,
  batchSize: config.foldBatchSize,
  parallelization: config.foldParallelization,
  alarmTopicArn,
});
const send = new Send('send', {
  ...defaults,
  eventLog,
  connections,
  deliveries,
  api,
  timeout: sendTimeout,
  maxConcurrency: config.maxSendConcurrency,
});
new SocketStage('stage', {
  api,
  after: [presence, fold, send],
  routes: {
    connect: { to: connect, keys: ['$connect'] },
    disconnect: { to: disconnect, keys: ['$disconnect'] },
    append: { to: append, keys: routes.append },
    membership: { to: membership, keys: routes.membership },
    self: { to: self, keys: routes.self, replies: true },
    message: { to: message, keys: routes.message },
    upload: { to: upload, keys: routes.upload, replies: true },
    fallback: { to: fallback, keys: ['$default'] },
  },
  throttleRate: config.throttleRate,
  throttleBurst: config.throttleBurst,
});

export const url = api.url;
export const managementEndpoint = api.managementEndpoint;
export const headsTable = eventLog.heads.name;
export const logTable = eventLog.log.name;
export const connectionsTable = connections.table.name;
export const deliveriesQueueUrl = deliveries.queue.url;
export const deadLetterQueueUrl = deliveries.deadLetters.url;
export const bucketName = files.bucket.bucket;
