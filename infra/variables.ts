import * as pulumi from '@pulumi/pulumi';

/** Bytes of all variables together, as JSON. Source: Lambda quotas, "Environment variables". */
const mostBytes = 4096;
/** Source: API reference of CreateFunction, `Environment`, `Variables`. */
const validName = /^[a-zA-Z][a-zA-Z0-9_]+$/;

type Variables = Readonly<Record<string, pulumi.Input<string>>>;

/** Throws a `RunError` of one sentence for more than Lambda takes. */
export const checkSize = (entry: string, variables: Readonly<Record<string, string>>): void => {
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes <= mostBytes) return;
  const [[largest] = []] = Object.entries(variables).toSorted(([, one], [, other]) => other.length - one.length);
  throw new pulumi.RunError(
    `Configure less for function ${entry}: its environment has ${bytes} bytes, and Lambda takes ${mostBytes}. Most of it is ${largest}.`,
  );
};

/**
 * The environment of a function. Throws a `RunError` of one sentence for what Lambda would refuse half-way through a deployment:
 * before anything is changed where it is known by then, as what is configured is.
 */
export const checkedVariables = (entry: string, variables: Variables): pulumi.Output<Record<string, string>> => {
  const odd = Object.keys(variables).find((name) => !validName.test(name));
  if (odd !== undefined)
    throw new pulumi.RunError(
      `Rename the variable ${odd} of function ${entry}: Lambda takes letters, digits and _, and a letter first.`,
    );
  const known = Object.entries(variables).filter((each): each is [string, string] => typeof each[1] === 'string');
  checkSize(entry, Object.fromEntries(known));
  return pulumi.all(variables).apply((all) => {
    checkSize(entry, all);
    return all;
  });
};
