/** What went wrong, for the person at the command line. */
export const sentenceOf = (cause: unknown): string => {
  if (!(cause instanceof Error) || !cause.message) return String(cause);
  // What the SDK throws where it found no access key anywhere.
  if (cause.name === 'CredentialsProviderError')
    return 'There are no AWS credentials here: name a profile in AWS_PROFILE, or sign in as you do for pulumi up.';
  return cause.message;
};
