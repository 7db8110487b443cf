import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import services from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from '@pulumi/pulumi/proto/provider_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb.js';
import structs from 'google-protobuf/google/protobuf/struct_pb.js';
import { type Account, accountId, typeOf } from './account.ts';
import { type Fields, movingOf } from './types.ts';

/** What Pulumi's protocol writes for a value that is not known before it is made. */
const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

const fields = (struct: Struct | undefined): Fields => (struct?.toJavaScript() ?? {}) as Fields;
const struct = (value: Fields): Struct =>
  structs.Struct.fromJavaScript(value as Parameters<typeof structs.Struct.fromJavaScript>[0]);

/** A method of the provider's, whose errors the engine prints. */
const unary =
  <Request, Response>(answer: (request: Request) => Response) =>
  (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>): void => {
    try {
      done(null, answer(call.request));
    } catch (cause) {
      done(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };

/** Files of a function count by what is in them. */
const comparable = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part?.hash === 'string' ? part.hash : part));

/**
 * The protocol of a Pulumi provider over an account: what `@pulumi/pulumi/provider` does, and what it leaves out: names that the
 * engine proposes, outputs that stay, and unknown ones in a preview.
 */
const serviceOf = (account: Account) => {
  let region = '';
  const subject = (request: { getType(): string; getName(): string }) => ({
    type: request.getType(),
    name: request.getName(),
  });

  const answers: Readonly<Record<string, () => Fields>> = {
    'aws:index/getCallerIdentity:getCallerIdentity': () => ({ accountId, id: accountId }),
    'aws:route53/getZone:getZone': () => ({ id: 'Z1', zoneId: 'Z1' }),
    'aws:index/getRegion:getRegion': () => ({ region, id: region }),
  };

  return {
    attach: unary(() => new empty.Empty()),
    cancel: unary(() => new empty.Empty()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion('7.48.0')),

    configure: unary((request: ConfigureRequest) => {
      region = request.getVariablesMap().get('aws:config:region') ?? 'us-east-1';
      return new messages.ConfigureResponse()
        .setSupportspreview(true)
        .setAcceptoutputs(false)
        .setSupportsAutonamingConfiguration(true);
    }),

    invoke: unary((request: InvokeRequest) => {
      const answer = answers[request.getTok()];
      if (answer === undefined) throw new Error(`The stand-in for AWS can't answer ${request.getTok()}.`);
      return new messages.InvokeResponse().setReturn(struct(answer()));
    }),

    check: unary((request: CheckRequest) => {
      const inputs = fields(request.getNews());
      const response = new messages.CheckResponse();
      const { naming } = typeOf(request.getType());
      if (naming === undefined) return response.setInputs(struct(inputs));

      const { property, accepts } = naming;
      const proposed = `${request.getAutonaming()?.getProposedName() ?? ''}${inputs.fifoQueue ? '.fifo' : ''}`;
      const name = inputs[property] ?? fields(request.getOlds())[property] ?? proposed;
      if (name !== unknown && !accepts.test(String(name)))
        response.addFailures(new messages.CheckFailure().setProperty(property).setReason(`no name for it: ${name}`));
      return response.setInputs(struct({ ...inputs, [property]: name }));
    }),

    diff: unary((request: DiffRequest) => {
      const { immutable, make } = typeOf(request.getType());
      const [before, inputs] = [fields(request.getOldInputs()), fields(request.getNews())];
      const moving = movingOf(typeOf(request.getType()), before, inputs);
      const changed = [...new Set([...Object.keys(before), ...Object.keys(inputs)])].filter(
        (key) => comparable(before[key]) !== comparable(inputs[key]),
      );
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse()
        .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
        .setDiffsList(changed)
        .setReplacesList(changed.filter((key) => immutable.includes(key)))
        .setStablesList(
          ['id', ...immutable, ...Object.keys(make(inputs, '', { account: '', region }).outputs ?? {})].filter(
            (key) => !moving.includes(key),
          ),
        );
    }),

    create: unary((request: CreateRequest) => {
      const inputs = fields(request.getProperties());
      if (request.getPreview()) {
        const { outputs = {} } = typeOf(request.getType()).make(inputs, '', { account: accountId, region });
        const later = Object.fromEntries(Object.keys(outputs).map((key) => [key, unknown]));
        return new messages.CreateResponse().setProperties(struct({ ...inputs, ...later }));
      }
      const { id, properties } = account.create(subject(request), inputs, region);
      return new messages.CreateResponse().setId(id).setProperties(struct(properties));
    }),

    read: unary((request: ReadRequest) => {
      const found = account.read(request.getType(), request.getId(), fields(request.getInputs()));
      if (found === undefined) return new messages.ReadResponse();
      const { id, properties, inputs } = found;
      return new messages.ReadResponse().setId(id).setProperties(struct(properties)).setInputs(struct(inputs));
    }),

    update: unary((request: UpdateRequest) => {
      const [before, inputs] = [fields(request.getOldInputs()), fields(request.getNews())];
      if (request.getPreview()) {
        const kept = Object.entries(fields(request.getOlds())).filter(([key]) => !(key in before));
        const later = movingOf(typeOf(request.getType()), before, inputs).map((key) => [key, unknown]);
        return new messages.UpdateResponse().setProperties(
          struct({ ...inputs, ...Object.fromEntries(kept), ...Object.fromEntries(later) }),
        );
      }
      const { properties } = account.update(subject(request), request.getId(), before, inputs);
      return new messages.UpdateResponse().setProperties(struct(properties));
    }),

    delete: unary((request: DeleteRequest) => {
      account.delete(subject(request), request.getId(), fields(request.getOldInputs()));
      return new empty.Empty();
    }),
  };
};

/** Serves an account to Pulumi's engine, which finds it with `PULUMI_DEBUG_PROVIDERS=aws:<port>`. */
export const serve = async (account: Account): Promise<{ readonly port: number; readonly close: () => void }> => {
  const server = new Server();
  server.addService(services.ResourceProviderService, serviceOf(account));
  const port = await new Promise<number>((done, failed) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? failed(error) : done(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
};
