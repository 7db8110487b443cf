/** The configuration of a stack in which there is all that there can be. */
export const everything = `config:
  aws:region: ap-southeast-2
  foldcast:auth: jwt
  foldcast:authSecret: ${'a secret of which everybody knows '.repeat(2)}
  foldcast:authIssuer: https://issuer.example.com/
  foldcast:authAudience: foldcast
  foldcast:alarmEmail: ann@example.com
  foldcast:monthlyBudget: 100
  foldcast:tracing: true
  foldcast:accessLogs: true
  foldcast:foldReservedConcurrency: 100
  foldcast:alarmTopicArn: arn:aws:sns:ap-southeast-2:123456789012:on-call
  foldcast:uploadOrigins: ["https://play.example.com"]
  foldcast:uploadRetentionDays: 90
  foldcast:eventRetentionDays: 400
  foldcast:zone: example.com
  foldcast:domain: live.example.com
  foldcast:pages: pages
  foldcast:pagesDomain: play.example.com
`;
