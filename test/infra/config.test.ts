import * as pulumi from '@pulumi/pulumi';
import { beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';

const inStack = (stack: string) =>
  pulumi.runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, 'foldcast', stack);

beforeEach(() => inStack('dev'));

const readWith = (values: Record<string, string>) => {
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`foldcast:${key}`, value])),
  );
  return readConfig();
};

it('protects data, keeps the log for ever and tells nobody of alarms, unless told otherwise', () => {
  expect(readWith({})).toEqual({
    auth: 'none',
    authRoomsClaim: 'rooms',
    defaultRooms: [],
    protect: true,
    logRetentionDays: 30,
    logLevel: 'INFO',
    foldBatchSize: 1000,
    foldParallelization: 4,
    maxSendConcurrency: 20,
    throttleRate: 1250,
    throttleBurst: 625,
    actionsPerSecond: 50,
    actionBurst: 100,
    creationsPerHour: 60,
    uploadMaxBytes: 10 * 1024 * 1024,
    uploadTypes: ['image/*', 'audio/*', 'video/*', 'text/plain', 'text/csv', 'application/pdf', 'application/json'],
    uploadsPerHour: 100,
    uploadOrigins: [],
    alarmDeliveryMs: 5000,
    tracing: false,
    accessLogs: false,
  });
});

it.each([
  ['has to name each room once', '["chat/lobby","chat/lobby"]'],
  ['has to hold rooms of the kinds', '["lihgt/crossing"]'],
  ['has to hold rooms of the kinds', '["game/knfn"]'],
  ['has to hold at most 25 rooms', JSON.stringify(Array.from({ length: 26 }, (_, n) => `chat/${n}`))],
])('says that defaultRooms %s: %.40s', (sentence, defaultRooms) => {
  expect(() => readWith({ defaultRooms })).toThrow(sentence);
});

it('takes what the stack says', () => {
  expect(readWith({ protect: 'false', defaultRooms: '["chat/lobby"]', logLevel: 'DEBUG' })).toMatchObject({
    protect: false,
    defaultRooms: ['chat/lobby'],
    logLevel: 'DEBUG',
  });
});

it.each([
  ['protect', 'maybe', 'it has to be true or false.'],
  ['foldBatchSize', '10001', 'it has to be at most 10000.'],
  ['foldBatchSize', 'many', 'it has to be a whole number from 1 to 10000.'],
  ['maxSendConcurrency', '1', 'it has to be at least 2.'],
  ['foldReservedConcurrency', '3', 'it has to be at least foldParallelization, 4.'],
  ['sendReservedConcurrency', '19', 'it has to be at least maxSendConcurrency, 20.'],
  ['throttleRate', '10001', 'it has to be at most 10000.'],
  ['logRetentionDays', '31', 'it has to be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365.'],
  ['logRetentionDays', 'long', 'it has to be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365.'],
  ['defaultRooms', 'chat/lobby', 'it has to be a list of rooms.'],
  ['defaultRooms', '["lobby"]', 'it has to hold names such as counter/global-counter.'],
  ['logLevel', 'LOUD', 'it has to be DEBUG, INFO, WARN or ERROR.'],
  ['uploadMaxBytes', '5368709121', 'it has to be at most 5368709120.'],
  ['uploadTypes', '["pictures"]', 'it has to hold media types such as text/plain or image/*.'],
  [
    'uploadTypes',
    '["text/*"]',
    'it has to name its types one by one: of patterns only image/*, audio/*, video/* and font/* are safe.',
  ],
  ['uploadTypes', '[]', 'it has to hold at least one media type.'],
  ['uploadsPerHour', '0', 'it has to be at least 1.'],
  ['uploadRetentionDays', '0', 'it has to be at least 1.'],
  ['uploadOrigins', '["example.com"]', 'it has to hold origins such as https://play.example.com.'],
  ['uploadOrigins', '["https://*.*.com"]', 'it has to hold origins such as https://play.example.com.'],
  ['alarmEmail', 'on-call', 'it has to be an e-mail address.'],
  ['alarmDeliveryMs', '99', 'it has to be at least 100.'],
  ['monthlyBudget', '100', 'it has to go with an alarmEmail or an alarmTopicArn, which is told.'],
  ['monthlyBudget', '0', 'it has to be at least 1.'],
  ['tracing', 'some', 'it has to be true or false.'],
  ['accessLogs', 'some', 'it has to be true or false.'],
  ['alarmTopicArn', 'on-call', 'it has to be the ARN of an SNS topic.'],
])('says what is wrong with %s: %s', (key, value, what) => {
  expect(() => readWith({ [key]: value })).toThrow(`Correct foldcast:${key} in Pulumi.dev.yaml: ${what}`);
});

it('refuses a key that does not exist, which would be a setting that is never read', () => {
  expect(() => readWith({ protected: 'true' })).toThrow(
    /^Remove foldcast:protected from Pulumi\.dev\.yaml: there is no such key, only auth, authKeysUrl, .*defaultRooms, protect, /,
  );
});

it.each(['Prod', 'prod.eu', 'my_dev', 'x'.repeat(32)])(
  'refuses to name roles, queues and buckets after %s',
  async (stack) => {
    await inStack(stack);
    expect(() => readWith({})).toThrow(`Name the stack ${stack} otherwise, with pulumi stack rename: `);
  },
);

it('takes a name for a stack from which a role still gets one', async () => {
  await inStack('x'.repeat(31));
  expect(() => readWith({})).not.toThrow();
});
