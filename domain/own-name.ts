/** What a client may call itself where nobody signs in: nothing that a terminal or a page would take for more than a name. */
export const ownNamePattern = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._@+-]{0,63}$/u;

export const ownNameRule = 'A user is a name of 1 to 64 letters, digits and . _ @ + - and spaces.';
