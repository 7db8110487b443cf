import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type AuthConfig, algorithmsOf } from './auth.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface SignInArgs extends FunctionDefaults {
  readonly api: SocketApi;
  readonly config: AuthConfig;
}

/** What lets clients in who have a token that counts, and nobody else. API Gateway asks it once a connection. */
export class SignIn extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  /** For route `$connect`. */
  readonly authorizer: aws.apigatewayv2.Authorizer;

  constructor(name: string, args: SignInArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:SignIn', name, {}, opts);
    const { api, config, ...defaults } = args;
    const { authKeysUrl, authSecret, authIssuer = '', authAudience = '', authRoomsClaim } = config;

    this.function = new LambdaFunction(
      'authorize',
      {
        ...defaults,
        entry: 'authorize',
        timeout: 10,
        memory: 512,
        environment: {
          AUTH_ISSUER: authIssuer,
          AUTH_AUDIENCE: authAudience,
          AUTH_ALGORITHMS: JSON.stringify(algorithmsOf(config)),
          AUTH_ROOMS_CLAIM: authRoomsClaim,
          ...(authKeysUrl !== undefined && { AUTH_KEYS_URL: authKeysUrl }),
          // Lambda encrypts it at rest; who may read the function's configuration can read it.
          ...(authSecret !== undefined && { AUTH_SECRET: pulumi.secret(authSecret) }),
        },
        // Reads nothing but public keys.
        grants: [],
      },
      { parent: this },
    );

    // No identity source: functions/authorize/handler.ts says why.
    this.authorizer = new aws.apigatewayv2.Authorizer(
      name,
      { apiId: api.api.id, authorizerType: 'REQUEST', authorizerUri: this.function.live.invokeArn },
      { parent: this },
    );
    new aws.lambda.Permission(
      name,
      {
        action: 'lambda:InvokeFunction',
        function: this.function.function.name,
        qualifier: this.function.live.name,
        principal: 'apigateway.amazonaws.com',
        sourceArn: pulumi.interpolate`${api.api.executionArn}/authorizers/${this.authorizer.id}`,
      },
      { parent: this },
    );

    this.registerOutputs({ authorizer: this.authorizer.id });
  }
}
