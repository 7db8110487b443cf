import * as pulumi from '@pulumi/pulumi';
import { routes } from '../domain/routes.ts';
import type { Config } from './config.ts';
import type { Connections } from './connections.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventLog } from './event-log.ts';
import type { Files } from './files.ts';
import type { FunctionDefaults, LambdaFunctionArgs } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';
import type { SocketRoutesArgs } from './socket-routes.ts';

/** A function that clients reach by routes, and what is its own about it. */
interface RouteFunction extends Omit<LambdaFunctionArgs, 'entry' | keyof FunctionDefaults> {
  readonly takes: Pick<SocketRoutesArgs, 'keys' | 'replies'>;
}

/** Folders of `functions/`: those that `domain/routes.ts` names, and those of the routes that every WebSocket API has. */
type RouteFunctionName = keyof typeof routes | 'connect' | 'disconnect' | 'fallback';

export interface RouteFunctionsArgs {
  readonly eventLog: EventLog;
  readonly connections: Connections;
  readonly deliveries: Deliveries;
  readonly files: Files;
  readonly api: SocketApi;
  /** The origins whose pages may connect. */
  readonly origins: readonly pulumi.Input<string>[];
  readonly config: Pick<
    Config,
    | 'auth'
    | 'defaultRooms'
    | 'actionsPerSecond'
    | 'actionBurst'
    | 'creationsPerHour'
    | 'uploadMaxBytes'
    | 'uploadTypes'
    | 'uploadsPerHour'
  >;
}

/**
 * All functions that take routes. A timeout is in seconds, and within the 29 that API Gateway waits for an integration; memory
 * is in MB. What takes no route has a file of its own: fold, send, presence, notices.
 */
export const routeFunctions = (args: RouteFunctionsArgs): Readonly<Record<RouteFunctionName, RouteFunction>> => {
  const { heads, log } = args.eventLog;
  const { connections, deliveries, files, api, config } = args;
  const { table } = connections;

  const auth = { AUTH: config.auth };
  const pace = { ACTIONS_PER_SECOND: String(config.actionsPerSecond), ACTION_BURST: String(config.actionBurst) };
  // Some close connections that go on although they were told to slow down.
  // Where people sign in every function that clients reach may close a connection whose token has ended.
  const closes = config.auth === 'jwt' ? [api.closeGrant] : [];
  // Those that answer through API Gateway post for nothing else.
  const tells =
    config.auth === 'jwt'
      ? { environment: { ...auth, MANAGEMENT_ENDPOINT: api.managementEndpoint }, grants: [api.postGrant, ...closes] }
      : { environment: auth, grants: [] };

  return {
    // Keeps the connection, and makes a plain one a member of the default rooms.
    connect: {
      takes: { keys: ['$connect'] },
      timeout: 10,
      memory: 512,
      environment: {
        ...auth,
        CONNECTIONS_TABLE: table.name,
        DEFAULT_ROOMS: JSON.stringify(config.defaultRooms),
        ORIGINS: pulumi.jsonStringify(args.origins),
      },
      grants: [{ actions: ['dynamodb:PutItem', 'dynamodb:BatchWriteItem'], resources: [table.arn] }],
    },

    // Forgets the connection and its memberships, which it looks up first.
    disconnect: {
      takes: { keys: ['$disconnect'] },
      timeout: 10,
      memory: 512,
      environment: { CONNECTIONS_TABLE: table.name },
      grants: [
        { actions: ['dynamodb:GetItem', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'], resources: [table.arn] },
      ],
    },

    // Puts the action of any kind on its room's head: one call, and nothing is read. Tells a client what is wrong with its own.
    append: {
      takes: { keys: routes.append },
      timeout: 10,
      memory: 512,
      environment: {
        ...auth,
        HEADS_TABLE: heads.name,
        MANAGEMENT_ENDPOINT: api.managementEndpoint,
        ...pace,
        CREATIONS_PER_HOUR: String(config.creationsPerHour),
      },
      grants: [{ actions: ['dynamodb:UpdateItem'], resources: [heads.arn] }, api.postGrant, api.closeGrant],
    },

    // Makes a connection a member of a room, or no more, and brings it up to date from the log.
    membership: {
      takes: { keys: routes.membership },
      // Reading up thousands of events takes some.
      timeout: 25,
      memory: 1024,
      environment: {
        ...auth,
        LOG_TABLE: log.name,
        CONNECTIONS_TABLE: table.name,
        MANAGEMENT_ENDPOINT: api.managementEndpoint,
      },
      grants: [
        // PutItem: how far it has folded a room afresh whose rules have changed.
        { actions: ['dynamodb:Query', 'dynamodb:PutItem'], resources: [log.arn] },
        // A connection's rooms are changed in place; its membership of each is an item that comes and goes.
        // GetItem: why one may not join.
        {
          actions: ['dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem'],
          resources: [table.arn],
        },
        api.postGrant,
        api.closeGrant,
      ],
    },

    // Answers from what it is invoked with: it reads nothing, and may do nothing, but end a connection whose token has.
    self: {
      takes: { keys: routes.self, replies: true },
      timeout: 5,
      memory: 128,
      ...tells,
    },

    // Queues a message for a user in a room, or for one connection, if there is that one.
    message: {
      takes: { keys: routes.message },
      // Enough to tell the sender when table or queue says nothing to several tries.
      timeout: 20,
      memory: 512,
      environment: {
        ...auth,
        CONNECTIONS_TABLE: table.name,
        DELIVERIES_QUEUE_URL: deliveries.queue.url,
        MANAGEMENT_ENDPOINT: api.managementEndpoint,
        ...pace,
      },
      grants: [
        { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [table.arn] },
        { actions: ['sqs:SendMessage'], resources: [deliveries.queue.arn] },
        api.postGrant,
        api.closeGrant,
      ],
    },

    // Gives a client a URL to put one file of a size and type that it names into the bucket.
    upload: {
      takes: { keys: routes.upload, replies: true },
      timeout: 10,
      memory: 512,
      environment: {
        ...tells.environment,
        ROOM: files.room,
        BUCKET: files.bucket.bucket,
        UPLOAD_PREFIX: files.uploadPrefix,
        UPLOAD_MAX_BYTES: String(config.uploadMaxBytes),
        UPLOAD_TYPES: JSON.stringify(config.uploadTypes),
        UPLOADS_PER_HOUR: String(config.uploadsPerHour),
      },
      // Whoever uses a URL may do what the function that signed it may.
      grants: [
        ...tells.grants,
        { actions: ['s3:PutObject'], resources: [pulumi.interpolate`${files.bucket.arn}/${files.uploadPrefix}*`] },
      ],
    },

    // Answers a message that no route is for with the actions that there are.
    fallback: {
      takes: { keys: ['$default'] },
      timeout: 10,
      memory: 512,
      environment: { ...auth, MANAGEMENT_ENDPOINT: api.managementEndpoint },
      grants: [api.postGrant, ...closes],
    },
  };
};
