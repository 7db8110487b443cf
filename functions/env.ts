/** A variable of the function's environment. Throws at load, so that a wrong deployment fails at its first start. */
export const env = (name: string): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(`The environment variable ${name} is not set: the Pulumi program gives it to this function.`);
  return value;
};
