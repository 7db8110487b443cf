import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface AlarmTopicArgs {
  /** A topic that there is already. */
  readonly topicArn: string | undefined;
  /** Who is written to, once the address has confirmed that it wants to be. */
  readonly email: string | undefined;
}

/** Where alarms go: the stack's own topic if somebody is to be written to, else one that was there before, or nowhere. */
export class AlarmTopic extends pulumi.ComponentResource {
  /** Of the topic that alarms tell. */
  readonly arn: pulumi.Input<string> | undefined;

  constructor(name: string, { topicArn, email }: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:AlarmTopic', name, {}, opts);
    this.arn = topicArn;
    if (email !== undefined) {
      const topic = topicArn === undefined ? new aws.sns.Topic(name, {}, { parent: this }) : undefined;
      this.arn = topic?.arn ?? topicArn;
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { topic: topic?.arn ?? topicArn ?? '', protocol: 'email', endpoint: email },
        { parent: this },
      );
    }
    this.registerOutputs({ arn: this.arn });
  }
}
