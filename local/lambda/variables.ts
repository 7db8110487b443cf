import { devNull } from 'node:os';
import { region } from '../aws.ts';
import type { FunctionSettings } from './settings.ts';

/** What a function may not set itself. Source: Lambda developer guide, "Defined runtime environment variables". */
const reserved = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);

/** What names of variables are. Source: API reference of CreateFunction, `Environment`, `Variables`. */
const validName = /^[a-zA-Z][a-zA-Z0-9_]+$/;
/** The most that all variables of a function may have together, in bytes. Source: Lambda quotas, "Environment variables". */
const mostBytes = 4096;

/** @throws Error for variables that AWS refuses when the function is made. */
const checkVariables = ({ name, variables }: FunctionSettings): void => {
  const refuse = (why: string): never => {
    throw new Error(`Lambda function "${name}" ${why}`);
  };
  const taken = Object.keys(variables).filter((key) => reserved.has(key));
  if (taken.length > 0) refuse(`sets ${taken.join(', ')}, which AWS reserves; rename it.`);
  const odd = Object.keys(variables).find((key) => !validName.test(key));
  if (odd !== undefined)
    refuse(`sets "${odd}", but variables are named by two or more letters, digits and _, a letter first; rename it.`);
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > mostBytes)
    refuse(`has ${bytes} bytes of environment variables, and AWS takes ${mostBytes}; make it less.`);
};

/**
 * All that `process.env` of a function holds: nothing comes from the process that runs it.
 * The access key is the function's name, so whoever receives a signed call can read from it who calls.
 * @param endpoint where every AWS SDK call goes.
 * @throws Error when the function has variables that AWS would not take.
 */
export const environmentVariables = (settings: FunctionSettings, endpoint: string): Record<string, string> => {
  checkVariables(settings);
  return {
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    TZ: ':UTC',
    ...settings.variables,
    _HANDLER: settings.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: settings.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
    LAMBDA_TASK_ROOT: settings.root,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: settings.name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    // The SDK would otherwise read ~/.aws of whoever runs this; a Lambda has no such files.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
};
